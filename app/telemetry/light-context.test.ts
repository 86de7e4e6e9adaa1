import { createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { isTracingSuppressed, suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core'
import { afterEach, expect, it } from 'vitest'
import { lightRoot } from './light-context.ts'

afterEach(() => propagation.disable())

it('keeps what the API keeps: values of parents, later values before earlier ones, nothing of children', () => {
  const [one, two] = [createContextKey('one'), createContextKey('two')]
  for (const root of [ROOT_CONTEXT, lightRoot]) {
    const parent = root.setValue(one, 1)
    const child = parent.setValue(two, 2).setValue(one, 'later')
    expect([parent.getValue(one), parent.getValue(two)]).toEqual([1, undefined])
    expect([child.getValue(one), child.getValue(two)]).toEqual(['later', 2])
    const without = child.deleteValue(one)
    expect([without.getValue(one), without.getValue(two), child.getValue(one)]).toEqual([undefined, 2, 'later'])
    expect(root.getValue(one)).toBeUndefined()
  }
})

it('serves propagators and suppression like any other', () => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const received = propagation.extract(lightRoot, { traceparent })
  expect(trace.getSpanContext(received)).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true })
  const carrier: Record<string, string> = {}
  propagation.inject(suppressTracing(received), carrier)
  expect(carrier).toEqual({})
  propagation.inject(received, carrier)
  expect(carrier.traceparent).toBe(traceparent)
  expect(isTracingSuppressed(suppressTracing(lightRoot))).toBe(true)
})
