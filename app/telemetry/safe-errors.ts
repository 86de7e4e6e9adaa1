import { longestText, scrubText } from './scrub-text.ts'

/**
 * What may be told of an error. Messages quote what they were given (PostgreSQL its parameters, JSON.parse its text, fetch its
 * address), and what people wrote has no shape by which to know it: so what is quoted goes, unless it is a name.
 */

/** From here to the end of the message stands the input, with quotes of its own in it. */
const tails: readonly RegExp[] = [
  // PostgreSQL, classes 22 and 23: the value, the key, the row.
  /(invalid input (?:syntax|value) for [\w -]+|malformed \w+ literal|field value out of range|invalid byte sequence[\w "-]*|invalid regular expression|syntax error in \w+|Failing row contains)(?=[:\s])[\s\S]*/,
  // GraphQL about variables and literals.
  /(got invalid value|cannot represent [\w -]+ value)[\s\S]*/,
  // fetch and numbers.
  /(Failed to parse URL from)[\s\S]*/,
  /(Cannot convert)[\s\S]*(?= to a BigInt)/,
]
/** `Key (email)=(anna@crm.example) already exists.` */
const keyDetail = /(\([\w", ]+\))=\([\s\S]*\)/g
/** A quotation: not the apostrophe of `can't`. */
const quotation = /(?<!\w)"[^"]*"|(?<!\w)'[^']*'(?!\w)|`[^`]*`|“[^”]*”/g
/** What a table, a column, a module, a host, a path or a code looks like. */
const name = /^[\w.$:/@#<>()*,=?&[\]{}|~+-]{0,100}$/

/** The message of an error without what it quotes of its input. */
export const scrubReason = (message: string): string => {
  let clean = message.length > longestText ? message.slice(0, longestText) : message
  for (const tail of tails) clean = clean.replace(tail, '$1 [text]')
  clean = withoutSource(clean)
    .replace(keyDetail, '$1=([text])')
    .replace(quotation, (found) => (name.test(found.slice(1, -1)) ? found : `${found[0]}[text]${found.at(-1)}`))
  return scrubText(clean)
}

/** `Unexpected token 'x', "…the input…" is not valid JSON`: the input has quotes of its own, so all up to the end goes. */
const withoutSource = (message: string): string => {
  const end = message.lastIndexOf('is not valid JSON')
  if (end < 0) return message
  const start = message.slice(0, end).search(/Unexpected |["'“]/)
  return start < 0 ? message : message.slice(0, start) + message.slice(end)
}

/** The frames of a stack, without the message above them. */
const framesOf = (stack: string | undefined, message: string): string => {
  if (stack === undefined) return ''
  const said = message === '' ? -1 : stack.indexOf(message)
  const at = stack.indexOf('\n    at ', said < 0 ? 0 : said + message.length)
  return at < 0 ? '' : stack.slice(at)
}

/** A stack as text, as other packages put it on spans: its message cut like any other. */
export const scrubStack = (stack: string): string => {
  const at = stack.search(/\n\s+at /)
  if (at < 0) return scrubReason(stack)
  return scrubReason(stack.slice(0, at)) + scrubText(stack.slice(at))
}

export interface LoggedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
}

const deepest = 6

/** Name, message and stack; the causes are appended to the stack, as Node prints them. */
export const loggedError = (error: Error): LoggedError => {
  const stacks: string[] = []
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < deepest; depth++) {
    const head = `${depth === 0 ? '' : 'caused by: '}${current.name}: ${messageOf(current)}`
    stacks.push(head + scrubText(framesOf(current.stack, current.message)))
    current = current.cause
  }
  return { name: error.name, message: messageOf(error), stack: stacks.join('\n').slice(0, longestText) }
}

/** Zod's messages list every issue as JSON, with the keys that somebody made up: which fields, and what kind, is enough. */
const messageOf = (error: Error): string => {
  if (!('issues' in error) || !Array.isArray(error.issues)) return scrubReason(error.message)
  const issues = error.issues.slice(0, 10).map((issue: { code?: unknown; path?: unknown }) => {
    const path = Array.isArray(issue.path) ? issue.path.map(String).join('.') : ''
    return `${/^[\w.-]{1,100}$/.test(path) ? path : 'value'} (${String(issue.code)})`
  })
  return scrubText(`not valid: ${issues.join(', ')}`)
}
