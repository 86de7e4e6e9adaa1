import type { InstrumentationScope } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import { writeResource, writeScope } from './otlp-values.ts'
import { ProtobufWriter } from './protobuf.ts'

/** Records of one resource, encoded: what a request to the collector is made of. */
export interface Batch {
  readonly resource: Resource
  readonly scopes: readonly { readonly scope: InstrumentationScope; readonly records: Uint8Array }[]
  readonly count: number
}

/** What a record of either signal says of where it comes from. */
export interface Recorded {
  readonly resource: Resource
  readonly instrumentationScope: InstrumentationScope
}

/**
 * Encodes records as they come, so that none of them outlives its request: objects that wait for a batch survive V8's young
 * generation and are copied, twice, before they die. Spans and log records have the same frame.
 */
export class BatchWriter<Item extends Recorded> {
  readonly #write: (writer: ProtobufWriter, item: Item) => void
  readonly #scopes = new Map<string, { readonly scope: InstrumentationScope; readonly writer: ProtobufWriter }>()
  #scope: InstrumentationScope | undefined
  #writer: ProtobufWriter | undefined
  #resource: Resource | undefined
  #count = 0

  /** @param write writes one record, as a field of ScopeSpans or ScopeLogs */
  constructor(write: (writer: ProtobufWriter, item: Item) => void) {
    this.#write = write
  }

  get count(): number {
    return this.#count
  }

  /** Whether a record may join: a batch is of one resource. */
  takes({ resource }: Recorded): boolean {
    return this.#count === 0 || resource === this.#resource
  }

  /** @throws what reading the record throws; then nothing of it is left in the batch */
  add(item: Item): void {
    const writer = this.#writerOf(item.instrumentationScope)
    const { length } = writer
    try {
      this.#write(writer, item)
    } catch (error) {
      writer.rewind(length)
      throw error
    }
    this.#resource = item.resource
    this.#count++
  }

  /** What was written, or undefined; the next batch begins. */
  finish(): Batch | undefined {
    const resource = this.#resource
    if (this.#count === 0 || !resource) return undefined
    const scopes = [...this.#scopes.values()]
      .filter(({ writer }) => writer.length > 0)
      .map(({ scope, writer }) => ({ scope, records: writer.finish() }))
    const batch = { resource, scopes, count: this.#count }
    this.#count = 0
    return batch
  }

  /** By what a scope says. They are a handful, and nearly all records are of ours. */
  #writerOf(scope: InstrumentationScope): ProtobufWriter {
    if (scope === this.#scope && this.#writer) return this.#writer
    const key = `${scope.name} ${scope.version ?? ''} ${scope.schemaUrl ?? ''}`
    const known = this.#scopes.get(key) ?? { scope, writer: new ProtobufWriter(firstBytes) }
    this.#scopes.set(key, known)
    this.#scope = scope
    this.#writer = known.writer
    return known.writer
  }
}

const firstBytes = 4_096

const frame = new ProtobufWriter()

/** The bytes of an ExportTraceServiceRequest or ExportLogsServiceRequest. */
export const requestOf = ({ resource, scopes }: Batch): Uint8Array => {
  const ofResource = frame.begin(0x0a)
  writeResource(frame, resource)
  for (const { scope, records } of scopes) {
    const ofScope = frame.begin(0x12)
    writeScope(frame, scope)
    frame.raw(records)
    if (scope.schemaUrl) frame.string(0x1a, scope.schemaUrl)
    frame.end(ofScope)
  }
  if (resource.schemaUrl) frame.string(0x1a, resource.schemaUrl)
  frame.end(ofResource)
  return frame.finish()
}
