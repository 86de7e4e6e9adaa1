// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how Grafana writes variables
/** Addresses in panels and series, with Grafana's variables in them. */

/** What a link may speak of. */
export interface LinkContext {
  /** `from=…&to=…` and `var-…=…` of the page, ready to stand in an address. */
  readonly timeQuery: string
  readonly variablesQuery: string
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly variables: Readonly<Record<string, readonly string[]>>
  /** Of the series or the cell that was clicked. */
  readonly labels?: Readonly<Record<string, string>>
  readonly name?: string
  readonly value?: { readonly text: string; readonly raw: number | string | null }
  /** The other cells of the row, by their column. */
  readonly row?: Readonly<Record<string, string>>
}

/**
 * Puts in what the link's variables stand for, encoded for an address; what is not known becomes nothing. Within the
 * explorer's JSON a value is escaped for its string too, so that it cannot leave it.
 */
export function resolveLink(url: string, context: LinkContext): string {
  const inJson = url.startsWith('/explore')
  const encode = (text: string): string => encodeURIComponent(inJson ? JSON.stringify(text).slice(1, -1) : text)
  return url.replace(/\$\{([^}]+)\}/g, (_, expression: string) => {
    if (expression === '__url_time_range') return context.timeQuery
    if (expression === '__all_variables') return context.variablesQuery
    const [, name = expression, format] = /^(.+?):(\w+)$/.exec(expression) ?? []
    const values = valuesOf(name, context)
    if (format === 'queryparam') return values.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&')
    return encode(values.join(','))
  })
}

function valuesOf(name: string, context: LinkContext): readonly string[] {
  const { labels = {}, row = {}, value, variables } = context
  const [, label] = /^__field\.labels(?:\.|\[")(.+?)(?:"\])?$/.exec(name) ?? []
  if (label) return [labels[label] ?? '']
  const [, column] = /^__data\.fields(?:\.|\[")(.+?)(?:"\])?$/.exec(name) ?? []
  if (column) return [row[column] ?? '']
  switch (name) {
    case '__from':
      return [String(Math.round(context.from))]
    case '__to':
      return [String(Math.round(context.to))]
    case '__value.text':
      return [value?.text ?? '']
    case '__value.raw':
    case '__value.numeric':
      return [String(value?.raw ?? '')]
    case '__field.name':
    case '__series.name':
      return [context.name ?? '']
    default:
      return variables[name] ?? []
  }
}

/** Whether an address may be followed: a page of ours, or one of the web; nothing that runs. */
export const isSafe = (url: string): boolean => /^(https?:\/\/|\/(?!\/)|\?|#)/i.test(url)
