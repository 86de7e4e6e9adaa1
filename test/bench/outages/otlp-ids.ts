/** Fields of a protobuf message that hold bytes or eight fixed bytes, as `[number, bytes]`; the others are stepped over. */
function* fieldsOf(message: Buffer): Generator<readonly [number, Buffer]> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('the message ends within a number')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = varint()
    const wire = tag & 7
    if (wire === 0) varint()
    else if (wire === 5) at += 4
    else if (wire === 1 || wire === 2) {
      const length = wire === 1 ? 8 : varint()
      yield [tag >>> 3, message.subarray(at, at + length)]
      at += length
    } else throw new Error(`wire type ${wire} is not one of OTLP's`)
  }
}

/** What stands in a field of a message, each time it occurs. */
export const parts = (message: Buffer, field: number): Buffer[] =>
  [...fieldsOf(message)].filter(([number]) => number === field).map(([, bytes]) => bytes)

/** resource_… (1) → scope_… (2) → spans or log_records (2), by opentelemetry-proto. */
const records = (request: Buffer): Map<number, Buffer>[] =>
  parts(request, 1)
    .flatMap((resource) => parts(resource, 2))
    .flatMap((scope) => parts(scope, 2))
    .map((record) => new Map(fieldsOf(record)))

const hex = (bytes: Buffer | undefined): string => bytes?.toString('hex') ?? ''
const fixed64 = (bytes: Buffer | undefined): bigint => bytes?.readBigUInt64LE() ?? 0n

/** Spans of an `ExportTraceServiceRequest`: trace_id (1), span_id (2), end_time_unix_nano (8). */
export const spansOfRequest = (request: Buffer) =>
  records(request).map((span) => ({ traceId: hex(span.get(1)), spanId: hex(span.get(2)), endNs: fixed64(span.get(8)) }))

/** Records of an `ExportLogsServiceRequest`: time_unix_nano (1), body (5), trace_id (9), span_id (10). */
export const linesOfRequest = (request: Buffer) =>
  records(request).map((record) => ({
    ns: fixed64(record.get(1)),
    body: parts(record.get(5) ?? Buffer.alloc(0), 1)[0]?.toString() ?? '',
    traceId: hex(record.get(9)),
    spanId: hex(record.get(10)),
  }))
