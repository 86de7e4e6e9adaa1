import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The ids of all traces in the collector's rotated files of kept traces. An absent folder holds none. */
export async function keptTraceIds(folder: string): Promise<ReadonlySet<string>> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.jsonl'))
  const ids = new Set<string>()
  for (const file of files) {
    // Rotated away since it was listed.
    const text = await readFile(join(folder, file), 'utf8').catch(() => '')
    for (const [, id] of text.matchAll(/"traceId":"([0-9a-f]{32})"/g)) if (id) ids.add(id)
  }
  return ids
}
