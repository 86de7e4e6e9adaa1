/** Reads OTLP's requests from protobuf into the shape that they have in JSON, by the .proto files and not by our writer. */

type Kind = 'string' | 'hex' | 'bytes' | 'bool' | 'int64' | 'uint' | 'double' | 'fixed64' | 'fixed32' | Message
/** Fields by number; `[]` after the name means repeated. */
interface Message {
  readonly [field: number]: readonly [name: string, kind: Kind | (() => Message)]
}

const anyValue: Message = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => ({ 1: ['values[]', anyValue] })],
  6: ['kvlistValue', () => ({ 1: ['values[]', keyValue] })],
  7: ['bytesValue', 'bytes'],
}
const keyValue: Message = { 1: ['key', 'string'], 2: ['value', anyValue] }
const resource: Message = { 1: ['attributes[]', keyValue], 2: ['droppedAttributesCount', 'uint'] }
const scope: Message = {
  1: ['name', 'string'],
  2: ['version', 'string'],
  3: ['attributes[]', keyValue],
  4: ['droppedAttributesCount', 'uint'],
}
const event: Message = {
  1: ['timeUnixNano', 'fixed64'],
  2: ['name', 'string'],
  3: ['attributes[]', keyValue],
  4: ['droppedAttributesCount', 'uint'],
}
const link: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'string'],
  4: ['attributes[]', keyValue],
  5: ['droppedAttributesCount', 'uint'],
  6: ['flags', 'fixed32'],
}
const span: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'string'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'string'],
  6: ['kind', 'uint'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: ['attributes[]', keyValue],
  10: ['droppedAttributesCount', 'uint'],
  11: ['events[]', event],
  12: ['droppedEventsCount', 'uint'],
  13: ['links[]', link],
  14: ['droppedLinksCount', 'uint'],
  15: ['status', { 2: ['message', 'string'], 3: ['code', 'uint'] }],
  16: ['flags', 'fixed32'],
}
const logRecord: Message = {
  1: ['timeUnixNano', 'fixed64'],
  2: ['severityNumber', 'uint'],
  3: ['severityText', 'string'],
  5: ['body', anyValue],
  6: ['attributes[]', keyValue],
  7: ['droppedAttributesCount', 'uint'],
  8: ['flags', 'fixed32'],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
  11: ['observedTimeUnixNano', 'fixed64'],
  12: ['eventName', 'string'],
}
const request = (outer: string, inner: string, items: string, item: Message): Message => ({
  1: [
    `${outer}[]`,
    {
      1: ['resource', resource],
      2: [`${inner}[]`, { 1: ['scope', scope], 2: [`${items}[]`, item], 3: ['schemaUrl', 'string'] }],
      3: ['schemaUrl', 'string'],
    },
  ],
})

const traces = request('resourceSpans', 'scopeSpans', 'spans', span)
const logs = request('resourceLogs', 'scopeLogs', 'logRecords', logRecord)

// biome-ignore lint/suspicious/noExplicitAny: bodies of a foreign protocol
export const decodeTraces = (body: Uint8Array): any => read(Buffer.from(body), traces)
// biome-ignore lint/suspicious/noExplicitAny: bodies of a foreign protocol
export const decodeLogs = (body: Uint8Array): any => read(Buffer.from(body), logs)

const read = (bytes: Buffer, message: Message): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const [, [field]] of Object.entries(message)) if (field.endsWith('[]')) values[field.slice(0, -2)] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error(`a field of ${length} bytes reaches beyond its message`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const [field, kind] = message[tag >>> 3] ?? []
    const wire = tag & 7
    const raw = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()))
    if (field === undefined || kind === undefined) throw new Error(`there is no field ${tag >>> 3}`)
    const value = decoded(raw, typeof kind === 'function' ? kind() : kind)
    if (field.endsWith('[]')) (values[field.slice(0, -2)] as unknown[]).push(value)
    else values[field] = value
  }
  return values
}

const decoded = (raw: bigint | Buffer, kind: Kind): unknown => {
  if (typeof raw === 'bigint') {
    if (kind === 'bool') return raw === 1n
    if (kind === 'uint') return Number(raw)
    if (kind === 'int64') return Number(BigInt.asIntN(64, raw))
    throw new Error(`a number where there should be ${JSON.stringify(kind)}`)
  }
  if (kind === 'string') return raw.toString()
  if (kind === 'hex') return raw.toString('hex')
  if (kind === 'bytes') return raw.toString('base64')
  if (kind === 'double') return raw.readDoubleLE()
  if (kind === 'fixed64') return raw.readBigUInt64LE().toString()
  if (kind === 'fixed32') return raw.readUInt32LE()
  if (typeof kind === 'string') throw new Error(`bytes where there should be ${kind}`)
  return read(raw, kind)
}
