import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hex, type OtlpTraces } from './find-trace.ts'

/** A kept trace, as far as it can be searched. Times in milliseconds since 1970. */
export interface KeptTrace {
  readonly traceId: string
  readonly rootName: string
  readonly rootService: string
  readonly startMs: number
  readonly endMs: number
  readonly names: ReadonlySet<string>
  readonly failed: boolean
}

type Growing = { -readonly [Key in keyof KeptTrace]: KeptTrace[Key] } & { names: Set<string> }

/** What of the file is read at the first question; afterwards what was written since. */
const firstBytes = 16 * 1024 * 1024
const mostTraces = 10_000

/** The newest of the collector's file of kept traces, read on as far as it was written whenever somebody asks. */
export class KeptIndex {
  readonly #file: string
  readonly #traces = new Map<string, Growing>()
  #read = { inode: 0, offset: 0 }
  #reading: Promise<void> | undefined

  constructor(folder: string) {
    this.#file = join(folder, 'kept.jsonl')
  }

  /** Those that hold a span of each name, and a failed one where that is asked; newest first. */
  async search(where: { readonly names: readonly string[]; readonly failed: boolean }): Promise<KeptTrace[]> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
    return [...this.#traces.values()]
      .filter((trace) => (trace.failed || !where.failed) && where.names.every((name) => trace.names.has(name)))
      .sort((a, b) => b.startMs - a.startMs)
  }

  async #readOn(): Promise<void> {
    const now = await stat(this.#file).catch(() => undefined)
    if (!now) return
    const isFirst = this.#read.inode === 0
    // Rotated away: what was not read of the old one is not missed.
    if (now.ino !== this.#read.inode || now.size < this.#read.offset)
      this.#read = { inode: now.ino, offset: isFirst ? Math.max(0, now.size - firstBytes) : 0 }
    const text = await this.#bytes(now.size - this.#read.offset)
    // What stands behind the last line break is still being written; what stands before the first may be half a line.
    const end = text.lastIndexOf(0x0a) + 1
    for (const line of text.subarray(0, end).toString().split('\n')) this.#add(line)
    this.#read.offset += end
    for (const id of this.#traces.keys()) {
      if (this.#traces.size <= mostTraces) break
      this.#traces.delete(id)
    }
  }

  async #bytes(length: number): Promise<Buffer> {
    const file = await open(this.#file)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, this.#read.offset)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  #add(line: string): void {
    let traces: OtlpTraces
    try {
      traces = JSON.parse(line) as OtlpTraces
    } catch {
      return
    }
    for (const { resource, scopeSpans } of traces.resourceSpans ?? []) {
      const service = resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
      for (const span of (scopeSpans ?? []).flatMap(({ spans }) => spans ?? [])) {
        const traceId = hex(span.traceId)
        const startMs = Number(BigInt(span.startTimeUnixNano) / 1_000n) / 1e3
        const endMs = Number(BigInt(span.endTimeUnixNano) / 1_000n) / 1e3
        const known = this.#traces.get(traceId)
        const trace = known ?? {
          traceId,
          rootName: '',
          rootService: '',
          startMs,
          endMs,
          names: new Set(),
          failed: false,
        }
        if (!known) this.#traces.set(traceId, trace)
        trace.names.add(span.name)
        trace.startMs = Math.min(trace.startMs, startMs)
        trace.endMs = Math.max(trace.endMs, endMs)
        trace.failed ||= span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR'
        if (!span.parentSpanId) Object.assign(trace, { rootName: span.name, rootService: service })
      }
    }
  }
}
