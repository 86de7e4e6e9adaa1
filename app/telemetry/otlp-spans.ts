import type { Link, SpanContext } from '@opentelemetry/api'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace'
import { writeAttributes } from './otlp-values.ts'
import type { ProtobufWriter } from './protobuf.ts'
import { ServerSpan } from './server-span.ts'

/** A span as protobuf, field 2 of ScopeSpans. The fields are those of opentelemetry/proto/trace/v1/trace.proto. */
export const writeSpan = (writer: ProtobufWriter, span: ReadableSpan): void => {
  const start = writer.begin(0x12)
  const context = span.spanContext()
  const parent = span.parentSpanContext
  writer.id(0x0a, context.traceId)
  writer.id(0x12, context.spanId)
  const state = context.traceState?.serialize()
  if (state) writer.string(0x1a, state)
  if (parent?.spanId) writer.id(0x22, parent.spanId)
  writer.string(0x2a, span.name)
  writer.varint(0x30, span.kind + 1)
  writer.nanoseconds(0x39, span.startTime)
  writer.nanoseconds(0x41, span.endTime)
  if (span instanceof ServerSpan) span.eachSet((set) => writeAttributes(writer, 0x4a, set))
  else writeAttributes(writer, 0x4a, span.attributes)
  writeCount(writer, 0x50, span.droppedAttributesCount)
  if (span.events.length > 0) for (const event of span.events) writeEvent(writer, event)
  writeCount(writer, 0x60, span.droppedEventsCount)
  if (span.links.length > 0) for (const link of span.links) writeLink(writer, link)
  writeCount(writer, 0x70, span.droppedLinksCount)
  if (span.status.code !== 0) writeStatus(writer, span.status)
  writer.fixed32Wide(0x85, 0x01, flagsOf(context, parent?.isRemote))
  writer.end(start)
}

/** Counts of what was dropped are 0 unless they are written. */
const writeCount = (writer: ProtobufWriter, tag: number, count: number | undefined): void => {
  if (count) writer.varint(tag, count)
}

const writeStatus = (writer: ProtobufWriter, { code, message }: ReadableSpan['status']): void => {
  const start = writer.begin(0x7a)
  if (message) writer.string(0x12, message)
  writer.varint(0x18, code)
  writer.end(start)
}

const writeEvent = (writer: ProtobufWriter, event: TimedEvent): void => {
  const start = writer.begin(0x5a)
  writer.nanoseconds(0x09, event.time)
  writer.string(0x12, event.name)
  if (event.attributes) writeAttributes(writer, 0x1a, event.attributes)
  writeCount(writer, 0x20, event.droppedAttributesCount)
  writer.end(start)
}

const writeLink = (writer: ProtobufWriter, { context, attributes, droppedAttributesCount }: Link): void => {
  const start = writer.begin(0x6a)
  writer.id(0x0a, context.traceId)
  writer.id(0x12, context.spanId)
  const state = context.traceState?.serialize()
  if (state) writer.string(0x1a, state)
  if (attributes) writeAttributes(writer, 0x22, attributes)
  writeCount(writer, 0x28, droppedAttributesCount)
  writer.fixed32(0x35, flagsOf(context, context.isRemote))
  writer.end(start)
}

/** The W3C flags in the lowest 8 bits; then "it is known whether the parent is remote", and "it is". */
const flagsOf = ({ traceFlags }: SpanContext, isRemote: boolean | undefined): number =>
  (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0)
