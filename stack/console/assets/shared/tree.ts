/** Spans in the order in which they are read. */

interface Linked {
  readonly spanId: string
  readonly parentId: string
  readonly startMs: number
}

/** Parents before children, siblings by time. A span whose parent is not there stands at the left. */
export function inTree<S extends Linked>(spans: readonly S[]): { span: S; depth: number; children: number }[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const byParent = new Map<string, S[]>()
  for (const span of spans) {
    const parent = ids.has(span.parentId) ? span.parentId : ''
    byParent.set(parent, [...(byParent.get(parent) ?? []), span])
  }
  const below = (parentId: string, depth: number): { span: S; depth: number; children: number }[] =>
    (byParent.get(parentId) ?? [])
      .toSorted((a, b) => a.startMs - b.startMs)
      .flatMap((span) => {
        const under = span.spanId === parentId ? [] : below(span.spanId, depth + 1)
        return [{ span, depth, children: under.length }, ...under]
      })
  return below('', 0)
}
