import type { InferRequestType, InferResponseType } from 'hono/client'
import { queueNames } from '../../../../catalogue/metrics/values.ts'
import { api, read } from '../../client.ts'
import { dateTime, number, say, type Text, timeOfDay } from '../../language.ts'
import { Card, Pill, Shown, type Tone } from '../../ui/card.tsx'
import { Choice, Filters } from '../../ui/fields.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { TraceLink } from '../../ui/trace-link.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { factsOf } from '../facts-of.ts'
import { errorKind, queueTitle, systemTitle } from '../names.ts'

const texts = {
  title: { en: 'Jobs', da: 'Job' },
  queue: { en: 'Queue', da: 'Kø' },
  state: { en: 'State', da: 'Tilstand' },
  created: { en: 'Created', da: 'Oprettet' },
  why: { en: 'Why', da: 'Hvorfor' },
  due: { en: 'Due', da: 'Klar til' },
  attempt: { en: 'Attempt', da: 'Forsøg' },
  attemptOf: { en: '{attempt} of {most}', da: '{attempt} af {most}' },
  about: { en: 'About', da: 'Angår' },
  trace: { en: 'Trace', da: 'Spor' },
  none: {
    en: 'No job matches. Choose fewer filters; jobs that are done are kept for a quarter of an hour.',
    da: 'Ingen job passer. Vælg færre filtre; udførte job gemmes i et kvarter.',
  },
  rateLimit: { en: '{system} asked us to wait until {time}', da: '{system} har bedt os vente til kl. {time}' },
  somebodyLimit: { en: 'asked to wait until {time}', da: 'må vente til kl. {time}' },
  retry: { en: 'tried again at {time}: {error}', da: 'prøves igen kl. {time}: {error}' },
  planned: { en: 'meant for {time}', da: 'planlagt til kl. {time}' },
  unknown: { en: 'an error', da: 'en fejl' },
} as const

type Job = InferResponseType<typeof api.admin.jobs.$get, 200>['jobs'][number]
type Wanted = InferRequestType<typeof api.admin.jobs.$get>['query']

const states: Readonly<Record<Job['state'], { readonly text: Text; readonly tone: Tone }>> = {
  waiting: { text: { en: 'waiting', da: 'venter' }, tone: 'off' },
  delayed: { text: { en: 'put off', da: 'udskudt' }, tone: 'warn' },
  active: { text: { en: 'running', da: 'kører' }, tone: 'good' },
  completed: { text: { en: 'done', da: 'udført' }, tone: 'good' },
  failed: { text: { en: 'failed', da: 'fejlet' }, tone: 'bad' },
  dead: { text: { en: 'given up', da: 'opgivet' }, tone: 'bad' },
}

/** Why a job stands where it stands, in words. */
const reasonOf = ({ delayReason, provider, dueAt, errorReason, errorName }: Job): string => {
  const time = timeOfDay(dueAt)
  const kind = errorReason === null ? (errorName ?? '') : errorKind(errorReason)
  const error = provider === null || kind === '' ? kind : `${systemTitle(provider)}, ${kind}`
  switch (delayReason) {
    case 'rate_limit':
      return provider === null
        ? say(texts.somebodyLimit, { time })
        : say(texts.rateLimit, { system: systemTitle(provider), time })
    case 'retry':
      return say(texts.retry, { time, error: error || say(texts.unknown) })
    case 'planned':
      return say(texts.planned, { time })
    default:
      return error
  }
}

/** Single jobs, newest first: where each stands, why, and its trace. */
export const Jobs = () => {
  const [filters, set] = useFilters(['queue', 'state'])
  const { after, ...wanted } = filters
  const query = given({ ...wanted, cursor: after }) as Wanted
  const jobs = useRead(
    `jobs ${JSON.stringify(query)}`,
    () => read(api.admin.jobs.$get({ query: { ...query, limit: '25' } })),
    5_000,
  )
  return (
    <Card title={say(texts.title)} wide>
      <Filters>
        <Choice
          label={say(texts.queue)}
          value={filters.queue}
          options={queueNames.map((value) => ({ value, title: queueTitle(value) }))}
          onChoose={(queue) => set({ queue })}
        />
        <Choice
          label={say(texts.state)}
          value={filters.state}
          options={Object.entries(states).map(([value, { text }]) => ({ value, title: say(text) }))}
          onChoose={(state) => set({ state })}
        />
      </Filters>
      <Shown of={jobs}>
        {({ jobs: rows, nextCursor }) => (
          <>
            <Table
              label={say(texts.title)}
              rows={rows}
              keyOf={({ id, state }) => `${id} ${state}`}
              empty={say(texts.none)}
              columns={[
                { title: say(texts.created), cell: ({ createdAt }) => dateTime(createdAt) },
                { title: say(texts.queue), cell: ({ queueName }) => queueTitle(queueName) },
                {
                  title: say(texts.state),
                  cell: ({ state }) => <Pill tone={states[state].tone}>{say(states[state].text)}</Pill>,
                },
                { title: say(texts.why), cell: (job) => reasonOf(job) || '–' },
                {
                  title: say(texts.attempt),
                  cell: ({ attempt, mostAttempts }) =>
                    say(texts.attemptOf, { attempt: number(attempt), most: number(mostAttempts) }),
                },
                { title: say(texts.about), cell: ({ about }) => <div class="long">{factsOf(about) || '–'}</div> },
                { title: say(texts.trace), cell: ({ traceId }) => <TraceLink id={traceId} /> },
              ]}
            />
            <Pager after={after} next={nextCursor} go={(cursor) => set({ after: cursor })} />
          </>
        )}
      </Shown>
    </Card>
  )
}
