import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createScreen, type Screen } from '../launch/screen.ts'
import { readPlace } from '../place.ts'
import { urlOf } from '../ports.ts'
import { findTrace, logsOfTrace, type TraceSource } from '../queries/find-trace.ts'
import { ask } from '../queries/http.ts'
import { absentSoftware } from '../verify/absent.ts'
import { type Journey, journeys } from './journeys.ts'
import { linkTo } from './link.ts'
import { type Arrival, missing, untilWhole } from './trace.ts'
import { duration, waterfall } from './waterfall.ts'

const names = journeys.map(({ name }) => name)

const usage = `Goes the ways that users go through a running stack, each under a trace id of its own, and shows the traces.

npm run journeys -- [${names.join('|')}] [options]

  --json    the spans as JSON on stdout, for programs
  --help

Exits with 0 when each trace is whole, 1 when one is not after 60 s or no stack runs, 2 when it was called wrongly.
`

/** The collector decides about a trace after 10 s, and jobs may wait for their turn. */
const limitMs = 60_000

interface Travelled extends Arrival {
  readonly journey: Journey
  readonly traceId: string
}

/** Performs a journey, waits for its trace, and removes what it made. */
const travel = async (
  journey: Journey,
  { api, sandbox }: { readonly api: string; readonly sandbox: string },
  source: TraceSource,
  screen: Screen,
  signal: AbortSignal,
): Promise<Travelled> => {
  const [traceId, callerId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  // One parent for all requests makes one trace of them.
  const traceparent = `00-${traceId}-${callerId}-01`
  const clean = await journey.perform({
    url: api,
    sandbox,
    traced: (url, init) => ask(url, signal, { ...init, headers: { ...init?.headers, traceparent } }),
    // Also when interrupted: what was made is removed.
    untraced: (url, init) => ask(url, new AbortController().signal, init),
  })
  const look = async () => {
    const spans = await findTrace(source, traceId, signal)
    return { spans, missing: missing(spans, journey.steps, callerId) }
  }
  try {
    const onMissing = (parts: readonly string[]) =>
      screen.progress(journey.name, `${journey.name}: waits for its trace (${parts[0]})`)
    return { journey, traceId, ...(await untilWhole(look, { limitMs, signal, onMissing })) }
  } finally {
    screen.progress(journey.name, undefined)
    // Only now: the jobs needed it.
    await clean()
  }
}

const report = ({ journey, traceId, spans, missing }: Travelled, link: string): string => {
  const ways = journey.steps.map(({ name }) => name).join(' → ')
  const start = Math.min(...spans.map(({ startMs }) => startMs))
  const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs))
  const size = spans.length === 0 ? 'no spans' : `${spans.length} spans in ${duration(end - start)}`
  return [
    `${journey.name}: ${ways}`,
    `trace ${traceId}, ${size}`,
    '',
    ...(spans.length === 0 ? [] : [...waterfall(spans, Math.max(process.stdout.columns ?? 120, 60)), '']),
    ...missing.map((part) => `✗ did not arrive within ${limitMs / 1_000} s: ${part}`),
    `see   ${link}`,
    `logs  ${logsOfTrace(traceId).text}`,
    '',
    '',
  ].join('\n')
}

const main = async (signal: AbortSignal): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`there is no journey "${unknown}", only ${names.join(' and ')}`)
  const place = readPlace()
  const api = urlOf(place, 'api')
  const ready = await ask(`${api}/health/ready`, signal).catch(() => undefined)
  if (!ready?.ok) {
    const state = ready ? `is not ready (${ready.status})` : 'does not answer'
    process.stderr.write(
      `The CRM at ${api} ${state}. Start the stack with npm start; STACK_PORT_OFFSET and STACK_DATA_DIR say which, where several run.\n`,
    )
    return 1
  }
  const absent = await absentSoftware(place, signal)
  const source: TraceSource = {
    tempo: absent.has('tempo') ? undefined : urlOf(place, 'tempo'),
    tracesFolder: join(place.data, 'collector', 'traces'),
  }
  const at = { api, sandbox: urlOf(place, 'sandbox') }
  const screen = createScreen(process.stderr)
  const chosen = journeys.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const settled = await Promise.allSettled(chosen.map((journey) => travel(journey, at, source, screen, signal)))
  screen.close()
  const travelled = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  for (const each of settled) if (each.status === 'rejected') process.stderr.write(`${each.reason.message}\n`)
  if (values.json) {
    const shown = travelled.map(({ journey, traceId, missing, spans }) => ({
      journey: journey.name,
      traceId,
      link: linkTo(place, absent, traceId),
      logs: logsOfTrace(traceId).text,
      missing,
      spans,
    }))
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
  } else {
    for (const each of travelled) process.stdout.write(report(each, linkTo(place, absent, each.traceId)))
  }
  return travelled.length === chosen.length && travelled.every(({ missing }) => missing.length === 0) ? 0 : 1
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())

try {
  process.exitCode = await main(stop.signal)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
