import { expect, it } from 'vitest'
import type { Span, SpanKind } from '../queries/find-trace.ts'
import { type Arrival, missing, untilWhole } from './trace.ts'

const span = (spanId: string, parentId: string, name: string, kind: SpanKind = 'internal'): Span => ({
  spanId,
  parentId,
  service: 'api',
  name,
  kind,
  startMs: 0,
  durationMs: 1,
  error: undefined,
})

const steps = [
  { name: 'submission', spans: ['POST /api/contacts'] },
  { name: 'enrichment', spans: ['process contact-enrichment', 'enrichment'] },
]

it('a trace is whole when all steps, parents and jobs are there', () => {
  const post = span('1', 'caller', 'POST /api/contacts', 'server')
  const send = span('2', '1', 'send contact-enrichment', 'producer')
  const process = span('3', '2', 'process contact-enrichment', 'consumer')
  const enrichment = span('4', '3', 'enrichment')
  expect(missing([], steps, 'caller')).toEqual(['every span'])
  expect(missing([post, send, process, enrichment], steps, 'caller')).toEqual([])
  expect(missing([post, send], steps, 'caller')).toEqual([
    'process contact-enrichment (enrichment)',
    'enrichment (enrichment)',
    'the job of send contact-enrichment',
  ])
  expect(missing([post, process, enrichment], steps, 'caller')).toEqual(['the parent of process contact-enrichment'])
  // A second job of the same name, sent by the first.
  const again = span('5', '3', 'send search-indexing', 'producer')
  expect(missing([post, send, process, enrichment, again], steps, 'caller')).toEqual([
    'the job of send search-indexing',
  ])
})

it('waits until the trace is whole, and no longer than the limit', async () => {
  const { signal } = new AbortController()
  const looks: Arrival[] = [
    { spans: [], missing: ['every span'] },
    { spans: [span('1', '', 'x')], missing: [] },
  ]
  const told: string[] = []
  const wait = { everyMs: 1, signal, onMissing: (parts: readonly string[]) => told.push(...parts) }
  const whole = await untilWhole(async () => looks.shift() ?? { spans: [], missing: ['unasked'] }, {
    ...wait,
    limitMs: 60_000,
  })
  expect(whole.spans).toHaveLength(1)
  expect(told).toEqual(['every span'])

  const never = await untilWhole(async () => ({ spans: [], missing: ['every span'] }), { ...wait, limitMs: 20 })
  expect(never.missing).toEqual(['every span'])
})
