/**
 * Takes Tempo's place in outage tests where there is none: an executable that the launcher finds as `tempo`. It takes OTLP in
 * protobuf, appends the ids of spans to a file before it acknowledges them, and answers for a trace as Tempo does, ids only.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { spansOfRequest } from './otlp-ids.ts'

if (process.argv.includes('--version')) {
  console.log('tempo, version 3.0.3 (a stand-in that keeps ids only)')
  process.exit(0)
}

const { TEMPO_STAND_IN_DATA: file = '', TEMPO_HOST: host = '127.0.0.1', TEMPO_HTTP_PORT = '3200' } = process.env
const [otlpHost, otlpPort] = (process.env.TEMPO_OTLP_LISTEN ?? '127.0.0.1:14317').split(':')
const spansOf = new Map<string, Set<string>>()
const keep = (traceId: string, spanId: string): void => {
  const known = spansOf.get(traceId) ?? new Set()
  known.add(spanId)
  spansOf.set(traceId, known)
}
if (existsSync(file))
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [traceId, spanId] = line.split(' ')
    if (traceId && spanId) keep(traceId, spanId)
  }

createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const ids = spansOfRequest(Buffer.concat(chunks))
  appendFileSync(file, ids.map(({ traceId, spanId }) => `${traceId} ${spanId}\n`).join(''))
  for (const { traceId, spanId } of ids) keep(traceId, spanId)
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
}).listen(Number(otlpPort), otlpHost)

createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://tempo')
  const traceId = /^\/api\/v2\/traces\/([0-9a-f]{32})$/.exec(pathname)?.[1]
  const json = (body: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (traceId === undefined) {
    if (pathname === '/api/search') json({ traces: [] })
    // Its own metrics: none, so that `up` says what there is to say.
    else response.end(pathname === '/ready' ? 'ready' : '')
    return
  }
  const spans = spansOf.get(traceId)
  if (!spans) response.writeHead(404).end()
  else json({ trace: { resourceSpans: [{ scopeSpans: [{ spans: [...spans].map((spanId) => ({ spanId })) }] }] } })
}).listen(Number(TEMPO_HTTP_PORT), host)

process.once('SIGTERM', () => process.exit(0))
