import type { InstrumentationScope } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import { ProtobufWriter } from './protobuf.ts'

/** The parts that OTLP's requests of traces and logs share: https://opentelemetry.io/docs/specs/otlp/ names the .proto files. */

/** Encoded keys, field 1 of a KeyValue, by prefix and key. They are few; the bound is for whoever makes them up. */
const keys = new Map<string, Map<string, Uint8Array>>()
const mostKeys = 2_000

const keyOf = (prefix: string, key: string): Uint8Array => {
  const known = keys.get(prefix)?.get(key)
  if (known) return known
  const writer = new ProtobufWriter(256)
  writer.string(0x0a, prefix + key)
  const encoded = writer.finish()
  const ofPrefix = keys.get(prefix) ?? new Map<string, Uint8Array>()
  if (ofPrefix.size < mostKeys) keys.set(prefix, ofPrefix.set(key, encoded))
  return encoded
}

/** Sets of attributes that many spans share, by the set itself, encoded once for each field number. */
const sharedSets = new WeakMap<object, Map<number, Uint8Array>>()

/** Says that a set of attributes is used again and again and never changes: it is encoded once. @returns the set, frozen */
export const shared = <Set extends object>(attributes: Set): Readonly<Set> => {
  sharedSets.set(attributes, new Map())
  return Object.freeze(attributes)
}

/** Repeated KeyValues. @param tag of the field that they are in, with wire type 2 */
export const writeAttributes = (writer: ProtobufWriter, tag: number, attributes: object): void => {
  const encoded = sharedSets.get(attributes)
  if (encoded) writer.raw(encodedSet(encoded, tag, attributes))
  else writeEach(writer, tag, attributes)
}

const encodedSet = (encoded: Map<number, Uint8Array>, tag: number, attributes: object): Uint8Array => {
  const known = encoded.get(tag)
  if (known) return known
  const writer = new ProtobufWriter(1_024)
  writeEach(writer, tag, attributes)
  const made = writer.finish()
  encoded.set(tag, made)
  return made
}

const writeEach = (writer: ProtobufWriter, tag: number, attributes: object): void => {
  for (const key in attributes) writeAttribute(writer, tag, key, (attributes as Record<string, unknown>)[key])
}

/** One KeyValue. @param prefix of the key: one of few */
export const writeAttribute = (writer: ProtobufWriter, tag: number, key: string, value: unknown, prefix = ''): void => {
  if (typeof value === 'string') writer.keyedString(tag, keyOf(prefix, key), value)
  else if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value))
    writer.keyedInteger(tag, keyOf(prefix, key), value)
  else {
    const start = writer.begin(tag)
    writer.raw(keyOf(prefix, key))
    writeAnyValue(writer, 0x12, value)
    writer.end(start)
  }
}

/** An AnyValue; one of nothing where the value is of no kind that OTLP knows. */
export const writeAnyValue = (writer: ProtobufWriter, tag: number, value: unknown): void => {
  const start = writer.begin(tag)
  if (typeof value === 'string') writer.string(0x0a, value)
  else if (typeof value === 'boolean') writer.varint(0x10, value ? 1 : 0)
  else if (typeof value === 'number') writeNumber(writer, value)
  else if (value instanceof Uint8Array) writer.bytes(0x3a, value)
  else if (Array.isArray(value)) {
    const list = writer.begin(0x2a)
    for (const item of value) writeAnyValue(writer, 0x0a, item)
    writer.end(list)
  } else if (typeof value === 'object' && value !== null) {
    const pairs = writer.begin(0x32)
    writeEach(writer, 0x0a, value)
    writer.end(pairs)
  }
  writer.end(start)
}

const int64 = 2 ** 63

const writeNumber = (writer: ProtobufWriter, value: number): void => {
  if (!Number.isInteger(value) || value < -int64 || value >= int64) writer.double(0x21, value)
  else if (value >= 0 && Number.isSafeInteger(value)) writer.varint(0x18, value)
  else writer.int64(0x18, value)
}

/** Field 1 of ResourceSpans and ResourceLogs. */
export const writeResource = (writer: ProtobufWriter, resource: Resource): void => {
  const start = writer.begin(0x0a)
  writeEach(writer, 0x0a, resource.attributes)
  writer.end(start)
}

/** Field 1 of ScopeSpans and ScopeLogs. */
export const writeScope = (writer: ProtobufWriter, { name, version }: InstrumentationScope): void => {
  const start = writer.begin(0x0a)
  writer.string(0x0a, name)
  if (version) writer.string(0x12, version)
  writer.end(start)
}
