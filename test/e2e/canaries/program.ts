/**
 * A process of ours that is given the canaries where no request reaches: in log calls, exceptions, SQL, jobs, spans and its own
 * environment. It reads `{ "<way>": { "<canary>": "<value>" } }` and the control from its environment, and ends by itself.
 */
import { SpanKind } from '@opentelemetry/api'
import { sql } from 'kysely'
import { openDatabase } from '../../../app/db/database.ts'
import { recordErrors } from '../../../app/error-groups/recorder.ts'
import { runJob } from '../../../app/telemetry/jobs.ts'
import { logger, withRequestContext } from '../../../app/telemetry/logger.ts'
import { errorSeen } from '../../../app/telemetry/seen-errors.ts'
import { shutdownTelemetry } from '../../../app/telemetry/shutdown.ts'
import { recordError, runInSpan } from '../../../app/telemetry/spans.ts'
import type { ProgramWay } from './program-ways.ts'

const log = logger('canaries')
const { db, close } = openDatabase(process.env.DATABASE_URL ?? '', 'canaries')
const errors = recordErrors(db)

/** As an error is met anywhere in the service: logged, on its span, and in its group. */
const meet = async (error: unknown): Promise<void> => {
  if (error === undefined) return
  await runInSpan('meet error', {}, (span) => {
    recordError(span, error)
    errorSeen(error, { component: 'canaries' })
    log.error({ error }, 'an error was met')
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'an error was met')
    log.warn(error as Error)
  })
}

/** Undefined where the value is good: a number is JSON. */
const thrownBy = async (work: () => unknown): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  return undefined
}

const failing = (text: string): Error => {
  const cause = Object.assign(new TypeError(`caused by ${text}`), { detail: text, input: { note: text } })
  return new Error(`failed for ${text}`, { cause })
}

/** What errors quote of their input. */
const quoting: readonly ((value: string) => unknown)[] = [
  (value) => JSON.parse(value),
  (value) => JSON.parse(`{"note": ${value}}`),
  (value) => new URL(value),
  (value) => fetch(`//${value}`),
  (value) => new Headers({ 'x-note': `${value}\n` }),
  (value) => BigInt(`${value}x`),
  (value) => sql`select ${value}::uuid`.execute(db),
  (value) => sql`select ${value}::timestamptz`.execute(db),
  (value) => sql`select ${value}::jsonb`.execute(db),
  (value) => sql`select to_tsquery('simple', ${`${value} (`})`.execute(db),
  (value) => sql`select ${`{${value}`}::text[]`.execute(db),
  (value) => sql`select 1 from contacts where notes ~ ${`${value}(`}`.execute(db),
]

const acts: Readonly<Record<ProgramWay, (value: string) => Promise<unknown> | unknown>> = {
  'log message': (value) => log.info(`somebody wrote ${value}`),
  'log arguments': (value) => log.info('somebody wrote %s and %j', value, { notes: value }),
  'log fields': (value) =>
    log.info(
      { notes: value, subject: value, metadata: { body: value, a: { b: [{ comment: value }] }, c: { [value]: 1 } } },
      'written',
    ),
  'log fields of any name': (value) => log.info({ x: value, metadata: { y: value, z: [{ y: value }] } }, 'written'),
  'log child': (value) => log.child({ notes: value }).info('written'),
  exception: (value) => meet(failing(value)),
  'exception of many': (value) => meet(new AggregateError([failing(value)], 'two failed')),
  'exception that quotes': async (value) => {
    for (const work of quoting) await meet(await thrownBy(() => work(value)))
  },
  'thrown text': (value) => meet(value),
  'SQL parameter': async (value) => {
    await runInSpan('read notes', {}, async () => {
      await sql`select id from contacts where notes = ${value} and email = ${value}`.execute(db)
      const twice = await thrownBy(() =>
        db.transaction().execute(async (trx) => {
          await sql`create temporary table canaries (note text primary key) on commit drop`.execute(trx)
          await sql`insert into canaries values (${value}), (${value})`.execute(trx)
        }),
      )
      await meet(twice)
    })
  },
  'job payload': async (value) => {
    const data = { contactId: 'c', notes: value, trace: { correlationId: 'canary-job', tracestate: `a=${value}` } }
    const work = () => runJob('contact-enrichment', { id: 'canary-job', data }, async () => JSON.parse(value))
    await meet(await thrownBy(work))
  },
  'span attributes': (value) =>
    runInSpan(
      'GET',
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'url.full': `https://provider.example/${value}?q=${value}`,
          'url.path': `/contacts/${value}`,
          'url.query': `q=${value}`,
          'user_agent.original': value,
          'http.request.header.x-note': [value],
          'db.query.parameter.0': value,
          'db.query.text': `select * from contacts where notes = '${value.replaceAll("'", '')}'`,
          'messaging.message.body': value,
          'crm.contact.notes': value,
        },
      },
      (span) => {
        span.addEvent('note', { 'exception.message': `invalid input syntax for type uuid: "${value}"`, body: value })
      },
    ),
}

const given = JSON.parse(process.env.CANARIES ?? '{}') as Record<ProgramWay, Record<string, string>>
for (const [way, values] of Object.entries(given))
  for (const value of Object.values(values))
    await withRequestContext({ correlationId: 'canaries' }, async () => acts[way as ProgramWay](value))

// What is let through: an error's context has the correlation id.
await withRequestContext({ correlationId: process.env.CONTROL ?? '' }, () => meet(new Error('this one is to be found')))
await errors.flush()
const metrics = `http://127.0.0.1:${process.env.OTEL_EXPORTER_PROMETHEUS_PORT}/metrics`
process.stdout.write(await (await fetch(metrics)).text())
await errors.stop()
await close()
await shutdownTelemetry()
process.exit(0)
