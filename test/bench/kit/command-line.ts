/** What was asked for on the command line. */
export interface Asked {
  readonly names: readonly string[]
  readonly short: boolean
  readonly json: boolean
  readonly docs: boolean
  readonly flags: Readonly<Record<string, string>>
}

/**
 * `cpu latency --short --minutes 10 --profile`: names, then flags with or without a value.
 * @throws an Error that names the bench that does not exist
 */
export const readCommandLine = (args: readonly string[], known: readonly string[]): Asked => {
  const names: string[] = []
  const flags: Record<string, string> = {}
  for (const [index, arg] of args.entries()) {
    if (arg.startsWith('--')) {
      const next = args[index + 1]
      flags[arg.slice(2)] = next !== undefined && isValue(next, known) ? next : 'true'
    } else if (index === 0 || !args[index - 1]?.startsWith('--') || !isValue(arg, known)) names.push(arg)
  }
  const wrong = names.filter((name) => !known.includes(name))
  if (wrong.length > 0) throw new Error(`no bench is called ${wrong.join(', ')}; there are ${known.join(', ')}`)
  return { names, short: 'short' in flags, json: 'json' in flags, docs: 'docs' in flags, flags }
}

/** What follows a flag belongs to it, unless it is the name of a bench. */
const isValue = (text: string, known: readonly string[]): boolean => !text.startsWith('--') && !known.includes(text)
