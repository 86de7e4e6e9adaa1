/**
 * The load of the outage tests, a process of its own so that nothing else delays it: a fixed number of requests a second,
 * each with a trace id and a correlation id of its own. `node sender-main.ts <api> <cookie> <per second>`; tells its parent
 * each second what was answered, and ends with it.
 */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { Answered } from './sender.ts'

const [api = '', cookie = '', rate = '100'] = process.argv.slice(2)
const perSecond = Number(rate)
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const stepMs = 20
/** One in so many writes a contact, which enqueues a job: so the worker sends too. */
const writes = 100

let answered: Answered[] = []
let sent = 0

const ask = (): void => {
  sent += 1
  const traceId = randomBytes(16).toString('hex')
  const at = Date.now()
  const startedAt = performance.now()
  const isWrite = sent % writes === 0
  const headers = {
    cookie,
    traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
    'x-correlation-id': `outage-${traceId}`,
    ...(isWrite && { 'content-type': 'application/json' }),
  }
  const url = isWrite ? `${api}/api/contacts` : `${api}/api/contacts?limit=20`
  const end = (status: number) => answered.push({ traceId, at, ms: performance.now() - startedAt, status })
  const on = request(url, { agent, headers, method: isWrite ? 'POST' : 'GET', timeout: 30_000 }, (response) => {
    response.resume()
    response.once('end', () => end(response.statusCode ?? 0))
    response.once('error', () => end(0))
  })
  on.once('timeout', () => on.destroy())
  on.once('error', () => end(0))
  on.end(isWrite ? JSON.stringify({ email: `person-${traceId}@outages.example`, name: 'Outage Test' }) : undefined)
}

const began = performance.now()
const steps = setInterval(() => {
  const due = Math.floor(((performance.now() - began) / 1_000) * perSecond)
  while (sent < due) ask()
}, stepMs)
const tell = (): void => {
  const told = answered
  answered = []
  process.send?.(told)
}
const telling = setInterval(tell, 1_000)

process.once('disconnect', () => process.exit(0))
process.once('message', () => {
  clearInterval(steps)
  clearInterval(telling)
  // Those on their way are told with the last message.
  setTimeout(() => {
    tell()
    process.disconnect()
  }, 2_000)
})
