import { api, read } from '../../client.ts'
import { duration, number, say } from '../../language.ts'
import { operations } from '../../live.ts'
import { Card, Figure, Figures, Shown } from '../../ui/card.tsx'
import { Chart } from '../../ui/chart.tsx'
import { Choice, Filters } from '../../ui/fields.tsx'
import { Pager } from '../../ui/pager.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { useHappened } from '../../use-happened.ts'
import { useRead } from '../../use-read.ts'
import { useWanted } from './filters.tsx'
import { JobTable } from './job-table.tsx'
import { entityWord, syncStatus } from './words.tsx'

const texts = {
  live: { en: 'Under way now', da: 'I gang nu' },
  noneLive: { en: 'Nothing is being synchronized at the moment.', da: 'Intet synkroniseres lige nu.' },
  queue: { en: '{waiting} messages wait, {active} are worked on', da: '{waiting} beskeder venter, {active} behandles' },
  records: { en: 'Records of the last 24 hours', da: 'Poster det sidste døgn' },
  created: { en: 'created', da: 'oprettet' },
  updated: { en: 'updated', da: 'ændret' },
  failed: { en: 'failed', da: 'fejlet' },
  conflicts: { en: 'changed on both sides', da: 'ændret begge steder' },
  trend: { en: 'How long syncs took', da: 'Hvor længe synkronisering tog' },
  average: { en: 'average', da: 'gennemsnit' },
  p95: { en: 'p95', da: 'p95' },
  noneEnded: {
    en: 'No sync was completed in the last 24 hours.',
    da: 'Ingen synkronisering blev gennemført det sidste døgn.',
  },
  trendSummary: {
    en: 'Durations of completed syncs by hour; {jobs} were completed in 24 hours.',
    da: 'Varighed af gennemførte synkroniseringer pr. time; {jobs} blev gennemført på et døgn.',
  },
  last: { en: 'The last 100', da: 'De sidste 100' },
  status: { en: 'Result', da: 'Resultat' },
  entity: { en: 'What', da: 'Hvad' },
  none: {
    en: 'No sync matches. Choose fewer filters, or wait: each integration begins one at its interval.',
    da: 'Ingen synkronisering passer. Vælg færre filtre, eller vent: hver integration begynder en med sit interval.',
  },
} as const

const statuses = ['pending', 'processing', 'completed', 'failed'] as const
const entities = ['contact', 'deal'] as const
const everyMs = 15_000

/** What the queue holds this moment, as it is told live. */
const QueueNow = () => {
  const queue = operations.value?.snapshot.queues.find(({ queueName }) => queueName === 'integration-sync')
  if (!queue) return null
  return (
    <span class="quiet">
      {say(texts.queue, { waiting: number(queue.waiting + queue.delayed), active: number(queue.active) })}
    </span>
  )
}

/** What is being synchronized, what was, and how long it takes. Read anew whenever a sync begins, moves on or ends. */
export const SyncActivity = () => {
  const wanted = useWanted()
  const [filters, set] = useFilters(['jobStatus', 'entity'])
  const query = { ...wanted, ...given({ jobStatus: filters.jobStatus, entity: filters.entity, cursor: filters.after }) }
  const activity = useRead(
    `sync activity ${JSON.stringify(query)}`,
    () =>
      read(
        api.admin.integrations['sync-activity'].$get({
          query: query as typeof wanted & { jobStatus?: (typeof statuses)[number]; entity?: (typeof entities)[number] },
        }),
      ),
    everyMs,
  )
  useHappened('sync', activity.reload)
  return (
    <Shown of={activity}>
      {({ live, jobs, nextCursor, records24h, durationTrend }) => {
        const ended = durationTrend.reduce((sum, { jobs }) => sum + jobs, 0)
        return (
          <>
            <Card title={say(texts.live)} wide aside={<QueueNow />}>
              <JobTable label={say(texts.live)} jobs={live} empty={say(texts.noneLive)} />
            </Card>
            <Card title={say(texts.records)}>
              <Figures>
                {(['created', 'updated', 'failed', 'conflicts'] as const).map((what) => (
                  <Figure
                    key={what}
                    label={say(texts[what])}
                    value={number(records24h[what])}
                    tone={what === 'failed' && records24h.failed > 0 ? 'bad' : undefined}
                  />
                ))}
              </Figures>
            </Card>
            <Card title={say(texts.trend)}>
              {ended === 0 ? (
                <p class="empty">{say(texts.noneEnded)}</p>
              ) : (
                <Chart
                  times={durationTrend.map(({ hour }) => Date.parse(hour) / 1_000)}
                  lines={[
                    {
                      label: say(texts.average),
                      colour: '--line-1',
                      values: durationTrend.map(({ averageMs }) => averageMs),
                    },
                    { label: say(texts.p95), colour: '--line-2', values: durationTrend.map(({ p95Ms }) => p95Ms) },
                  ]}
                  format={(value) => duration(value / 1_000)}
                  summary={say(texts.trendSummary, { jobs: number(ended) })}
                />
              )}
            </Card>
            <Card title={say(texts.last)} wide>
              <Filters>
                <Choice
                  label={say(texts.status)}
                  value={filters.jobStatus}
                  options={statuses.map((value) => ({ value, title: syncStatus(value).word }))}
                  onChoose={(jobStatus) => set({ jobStatus })}
                />
                <Choice
                  label={say(texts.entity)}
                  value={filters.entity}
                  options={entities.map((value) => ({ value, title: entityWord(value) }))}
                  onChoose={(entity) => set({ entity })}
                />
              </Filters>
              <JobTable label={say(texts.last)} jobs={jobs} empty={say(texts.none)} />
              <Pager after={filters.after} next={nextCursor} go={(after) => set({ after })} />
            </Card>
          </>
        )
      }}
    </Shown>
  )
}
