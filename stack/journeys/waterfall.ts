import type { Span } from '../queries/find-trace.ts'

/**
 * A trace in the terminal: a line a span under its parent, siblings in the order of time, with a bar to scale over the
 * whole trace.
 * @param width of the terminal, in characters; errors stand behind the last column and may be longer
 */
export const waterfall = (spans: readonly Span[], width: number): string[] => {
  const start = Math.min(...spans.map(({ startMs }) => startMs))
  const total = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs)) - start
  const rows = inTree(spans).map(({ span, depth }) => ({ span, label: `${'  '.repeat(depth)}${span.name}` }))
  const serviceWidth = widest(spans.map(({ service }) => service))
  const durationWidth = widest(spans.map(({ durationMs }) => duration(durationMs)))
  // At least half of the line is for bars.
  const labelWidth = Math.min(widest(rows.map(({ label }) => label)), Math.floor(width / 2) - serviceWidth - 2)
  const barWidth = Math.max(width - serviceWidth - labelWidth - durationWidth - 8, 10)
  return rows.map(({ span, label }) => {
    const bar = barOf((span.startMs - start) / (total || 1), span.durationMs / (total || 1), barWidth)
    const line = [
      span.service.padEnd(serviceWidth),
      cut(label, labelWidth).padEnd(labelWidth),
      `│${bar}│`,
      duration(span.durationMs).padStart(durationWidth),
    ].join('  ')
    return span.error === undefined ? line : `${line}  ✗ ${span.error}`
  })
}

/** Parents before children. A span whose parent is not there stands at the left. */
const inTree = (spans: readonly Span[]): { span: Span; depth: number }[] => {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const byParent = Map.groupBy(spans, ({ parentId }) => (ids.has(parentId) ? parentId : ''))
  const below = (parentId: string, depth: number): { span: Span; depth: number }[] =>
    (byParent.get(parentId) ?? [])
      .toSorted((a, b) => a.startMs - b.startMs)
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)])
  return below('', 0)
}

/** Both as parts of the whole trace. However short, a span is seen. */
const barOf = (start: number, length: number, width: number): string => {
  const from = Math.min(Math.floor(start * width), width - 1)
  const cells = Math.min(Math.max(Math.round(length * width), 1), width - from)
  return `${' '.repeat(from)}${'█'.repeat(cells)}`.padEnd(width)
}

/** `0.42 ms`, `12.3 ms`, `340 ms`, `2.10 s`: three digits say enough. */
export const duration = (ms: number): string => {
  const [value, unit] = ms < 999.5 ? [ms, 'ms'] : [ms / 1_000, 's']
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`
}

const widest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length))

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text)
