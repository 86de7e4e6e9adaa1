import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { attributes, nanoseconds, type TestedCollector, testedCollector } from './telemetry/collector-process.ts'
import { until } from './telemetry/harness.ts'

let missing = ''
/** One for all tests here: each looks for what it sent itself. */
let collector: TestedCollector

beforeAll(async () => {
  const found = await ensureServer('otelcol')
  if (found.state === 'missing') {
    missing = found.reason
    return
  }
  collector = await testedCollector(found.binaries.otelcol)
  await collector.start()
  // From nothing the build takes about 5 min.
}, 20 * 60_000)

beforeEach((context) => {
  if (!collector) context.skip(missing)
})

afterAll(() => collector?.close())

/** What must reach no backend, each in a form that can be recognised, with what of it must be gone. */
const secrets: Readonly<Record<string, string>> = {
  'anna.k+crm@mail.crm.example': 'mail.crm.example',
  'anna%40crm.example': 'crm.example',
  '+45 12 34 56 78': '34 56 78',
  '%2B4512345678': '4512345678',
  '+1-415-555-0132': '555-0132',
  '(415) 555-0133': '555-0133',
  '415-555-0134': '555-0134',
  '21 43 65 87': '43 65 87',
  '%2250 12 34 56%22': '12 34 56',
  '010203-1234': '010203-1234',
  '311299 9876': '311299 9876',
  '4111 1111 1111 1111': '1111 1111',
  '5500-0000-0000-0004': '0000-0004',
  '4012888888881881': '4012888888881881',
  '3782 822463 10005': '822463',
  'Bearer abcdefgh12345678': 'abcdefgh12345678',
  'authorization: bearer opaqueopaqueopaque': 'opaqueopaque',
  'Basic YW5uYTpzZWNyZXQ=': 'YW5uYTpzZWNyZXQ',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl': 'eyJzdWIiOiIxMjM0In0',
  'crm_session=0123456789abcdef': '0123456789abcdef',
  'Cookie: theme=dark; id=visitor-98': 'visitor-98',
  'access_token=tok_98765': 'tok_98765',
}

/** What only looks like it, and must stay as it is. */
const harmless = [
  '550e8400-e29b-41d4-a716-446655440000',
  '41234567-1234-4567-8901-123456789012',
  '4bf92f3577b34da6a3ce929d0e0e4736',
  '2026-11-21T11:12:46+01:00',
  '2026-11-21 11:12:46',
  '1795293770536',
  '1795293770536000000',
  'pg@8.16.3/lib/client.js:526:17',
  '127.0.0.1:54329',
  'DKK 12,345,678.90',
  '1234567.89 DKK',
  'version 2.10.4-beta.12',
  'Chrome/140.0.7339.128 Safari/537.36',
  'limit=[redacted]&token=[redacted]',
  'basic authentication is off',
]

test('what is secret or personal reaches no backend, by whatever way it came', async () => {
  const text = Object.keys(secrets).join(' and ')
  await collector.sendSpan({
    name: `GET /contacts/${Object.keys(secrets)[0]}`,
    status: { code: 2, message: text },
    traceState: 'vendor=visitor-98',
    attributes: attributes({ 'url.query': text, 'user_agent.original': text, 'exception.message': text }),
    events: [
      { name: 'exception', timeUnixNano: nanoseconds(), attributes: attributes({ 'exception.stacktrace': text }) },
    ],
  })
  await collector.sendLog(text, {
    component: 'http',
    'metadata.path': text,
    'metadata.reason': text,
    'exception.message': text,
  })
  await collector.sendLog('the last one')
  await until(() => collector.sentTo('/loki').includes('the last one'))
  await until(() => collector.sentTo('/v1/traces').length > 0 && collector.sentTo('/prometheus').includes('GET ****'))
  const everything = collector.sentTo('/')
  for (const gone of Object.values(secrets)) expect(everything).not.toContain(gone)
})

test('ids, times, versions and amounts stay as they are', async () => {
  const text = harmless.join(' ; ')
  const span = attributes({ 'exception.message': text, 'user.id': '4466554400001234' })
  const traceId = await collector.sendSpan({ attributes: span })
  await collector.sendLog(text, { 'metadata.reason': 'harmless' })
  await until(() => collector.sentTo('/loki').includes('harmless') && collector.isKept(traceId))
  expect(collector.sentTo('/v1/traces')).toContain(text)
  expect(collector.sentTo('/v1/traces')).toContain('4466554400001234')
  expect(collector.sentTo('/loki')).toContain(text)
})

test('a key that is not listed goes with its value, in spans, events, resources and logs', async () => {
  const unlisted = attributes({
    'my.note': 'wants a call back',
    'http.request.header.cookie': 'a=b',
    'url.path': '/stays',
  })
  await collector.sendSpan({
    attributes: unlisted,
    events: [{ name: 'e', timeUnixNano: nanoseconds(), attributes: unlisted }],
  })
  await collector.sendLog('a line', { component: 'http', 'metadata.note': 'wants a call back' })
  await until(() => collector.sentTo('/loki').includes('a line') && collector.sentTo('/v1/traces').includes('/stays'))
  const everything = collector.sentTo('/')
  for (const gone of ['my.note', 'metadata.note', 'wants a call back', 'header.cookie'])
    expect(everything).not.toContain(gone)
})

test('a statement keeps its form and loses its literals; those of other databases go', async () => {
  const query = (system: string, statement: string) =>
    collector.sendSpan({ kind: 3, attributes: attributes({ 'db.system.name': system, 'db.query.text': statement }) })
  await query(
    'postgresql',
    'select "id" from "contacts" where "name" = \'O\'\'Neil, wants a call\' and "no" = 4111111111111 limit $1',
  )
  await query('postgresql', `select 1 /* anna */ ${'x'.repeat(2_100)} end`)
  await query('redis', 'set contact:anna 1')
  await until(
    () => collector.sentTo('/v1/traces').includes('limit $1') && collector.sentTo('/v1/traces').includes('redis'),
  )
  const sent = collector.sentTo('/v1/traces')
  expect(sent).toContain(`select "id" from "contacts" where "name" = '?' and "no" = ? limit $1`)
  for (const gone of ['Neil', 'wants', '4111', 'anna', 'xx end']) expect(sent).not.toContain(gone)
})
