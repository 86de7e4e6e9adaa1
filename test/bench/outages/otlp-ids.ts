/** Fields of a protobuf message that hold bytes, as `[number, bytes]`; the others are stepped over. */
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
    else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = varint()
      yield [tag >>> 3, message.subarray(at, at + length)]
      at += length
    } else throw new Error(`wire type ${wire} is not one of OTLP's`)
  }
}

const parts = (message: Buffer, field: number): Buffer[] =>
  [...fieldsOf(message)].filter(([number]) => number === field).map(([, bytes]) => bytes)

/**
 * The ids of all spans in an `ExportTraceServiceRequest`: resource_spans (1) → scope_spans (2) → spans (2) → trace_id (1),
 * span_id (2), by opentelemetry-proto's trace.proto.
 */
export const idsOf = (request: Buffer): { readonly traceId: string; readonly spanId: string }[] =>
  parts(request, 1)
    .flatMap((resource) => parts(resource, 2))
    .flatMap((scope) => parts(scope, 2))
    .map((span) => ({
      traceId: parts(span, 1)[0]?.toString('hex') ?? '',
      spanId: parts(span, 2)[0]?.toString('hex') ?? '',
    }))
