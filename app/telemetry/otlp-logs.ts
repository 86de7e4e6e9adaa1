import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { eachAttribute, LineRecord } from './log-records.ts'
import { writeAnyValue, writeAttribute, writeAttributes } from './otlp-values.ts'
import type { ProtobufWriter } from './protobuf.ts'

/** A log record as protobuf, field 2 of ScopeLogs. The fields are those of opentelemetry/proto/logs/v1/logs.proto. */
export const writeRecord = (writer: ProtobufWriter, record: ReadableLogRecord): void => {
  const start = writer.begin(0x12)
  writer.nanoseconds(0x09, record.hrTime)
  if (record.severityNumber) writer.varint(0x10, record.severityNumber)
  if (record.severityText) writer.string(0x1a, record.severityText)
  if (record.body !== undefined) writeAnyValue(writer, 0x2a, record.body)
  if (record instanceof LineRecord) writeLine(writer, record)
  else writeAttributes(writer, 0x32, record.attributes)
  if (record.droppedAttributesCount) writer.varint(0x38, record.droppedAttributesCount)
  const { spanContext } = record
  if (spanContext) {
    writer.fixed32(0x45, spanContext.traceFlags)
    writer.id(0x4a, spanContext.traceId)
    writer.id(0x52, spanContext.spanId)
  }
  writer.nanoseconds(0x59, record.hrTimeObserved)
  if (record.eventName) writer.string(0x62, record.eventName)
  writer.end(start)
}

/** A line of ours: straight from its fields, without a set of attributes in between. */
const writeLine = (writer: ProtobufWriter, { line }: LineRecord): void =>
  eachAttribute(line, (prefix, key, value) => writeAttribute(writer, 0x32, key, value, prefix))
