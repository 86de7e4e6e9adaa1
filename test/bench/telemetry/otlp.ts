import { ProtobufWriter } from '../../../app/telemetry/protobuf.ts'
import type { Attribute, LogRecord, SpanRecord } from './records.ts'

/** Records of one process by the package that makes them, as the SDK groups them. */
export interface Group<R> {
  readonly scope: string
  readonly records: readonly R[]
}

/** A request to the collector as the service writes it. https://github.com/open-telemetry/opentelemetry-proto has the fields. */
const request = <R>(
  resource: readonly Attribute[],
  groups: readonly Group<R>[],
  write: (writer: ProtobufWriter, record: R) => void,
): Buffer => {
  const writer = new ProtobufWriter()
  const whole = writer.begin(0x0a)
  const described = writer.begin(0x0a)
  writeAttributes(writer, 0x0a, resource)
  writer.end(described)
  for (const { scope, records } of groups) {
    const group = writer.begin(0x12)
    const named = writer.begin(0x0a)
    writer.string(0x0a, scope)
    writer.end(named)
    for (const record of records) {
      const one = writer.begin(0x12)
      write(writer, record)
      writer.end(one)
    }
    writer.end(group)
  }
  writer.end(whole)
  return Buffer.from(writer.finish())
}

export const spansRequest = (resource: readonly Attribute[], groups: readonly Group<SpanRecord>[]): Buffer =>
  request(resource, groups, (writer, span) => {
    writer.id(0x0a, span.traceId)
    writer.id(0x12, span.spanId)
    if (span.parentSpanId !== undefined) writer.id(0x22, span.parentSpanId)
    writer.string(0x2a, span.name)
    writer.varint(0x30, span.kind)
    writer.nanoseconds(0x39, span.time)
    writer.nanoseconds(0x41, span.time)
    writeAttributes(writer, 0x4a, span.attributes)
    for (const event of span.events) {
      const one = writer.begin(0x5a)
      writer.nanoseconds(0x09, event.time)
      writer.string(0x12, event.name)
      writeAttributes(writer, 0x1a, event.attributes)
      writer.end(one)
    }
    if (span.failed) {
      const status = writer.begin(0x7a)
      writer.varint(0x18, 2)
      writer.end(status)
    }
    writer.fixed32Wide(0x85, 0x01, 0x101)
  })

export const logsRequest = (resource: readonly Attribute[], groups: readonly Group<LogRecord>[]): Buffer =>
  request(resource, groups, (writer, record) => {
    writer.nanoseconds(0x09, record.time)
    writer.varint(0x10, 9)
    writer.string(0x1a, 'info')
    const body = writer.begin(0x2a)
    writer.string(0x0a, record.body)
    writer.end(body)
    writeAttributes(writer, 0x32, record.attributes)
    writer.fixed32(0x45, 1)
    writer.id(0x4a, record.traceId)
    writer.id(0x52, record.spanId)
    writer.nanoseconds(0x59, record.time)
  })

const writeAttributes = (writer: ProtobufWriter, tag: number, attributes: readonly Attribute[]): void => {
  for (const [key, value] of attributes) {
    const one = writer.begin(tag)
    writer.string(0x0a, key)
    const wrapped = writer.begin(0x12)
    if (typeof value === 'string') writer.string(0x0a, value)
    else if (typeof value === 'boolean') writer.varint(0x10, Number(value))
    else writer.varint(0x18, value)
    writer.end(wrapped)
    writer.end(one)
  }
}
