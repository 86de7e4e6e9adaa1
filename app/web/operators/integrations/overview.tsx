import { api, read } from '../../client.ts'
import { number, say } from '../../language.ts'
import { Bar } from '../../ui/bar.tsx'
import { Card, Figure, Figures, Pill, Shown } from '../../ui/card.tsx'
import { Columns } from '../../ui/columns.tsx'
import { Table } from '../../ui/table.tsx'
import { useHappened } from '../../use-happened.ts'
import { useRead } from '../../use-read.ts'
import { useWanted } from './filters.tsx'
import { integrationStatus, syncStatus, WhoseLink } from './words.tsx'

const texts = {
  byStatus: { en: 'Integrations by status', da: 'Integrationer efter status' },
  jobs: { en: 'Sync jobs of the last 24 hours', da: 'Synkroniseringer det sidste døgn' },
  total: { en: 'all', da: 'i alt' },
  failedShare: { en: '{share} % of those that ended', da: '{share} % af de afsluttede' },
  trend: { en: 'Errors by hour', da: 'Fejl pr. time' },
  errors: { en: 'errors', da: 'fejl' },
  failedJobs: { en: 'jobs that failed for good', da: 'synkroniseringer opgivet' },
  noErrors: { en: 'No errors in the last 24 hours.', da: 'Ingen fejl det sidste døgn.' },
  top: { en: 'Busiest integrations of the last 24 hours', da: 'De travleste integrationer det sidste døgn' },
  integration: { en: 'Integration', da: 'Integration' },
  status: { en: 'Status', da: 'Status' },
  jobCount: { en: 'Sync jobs', da: 'Synkroniseringer' },
  records: { en: 'Records', da: 'Poster' },
  none: {
    en: 'Nothing was synchronized in the last 24 hours. Choose fewer filters, or connect a system: POST /api/integrations.',
    da: 'Intet er synkroniseret det sidste døgn. Vælg færre filtre, eller tilslut et system: POST /api/integrations.',
  },
} as const

const everyMs = 15_000

/** What there is, how much it did, and whether it goes well. */
export const Overview = () => {
  const query = useWanted()
  const stats = useRead(
    `integration stats ${JSON.stringify(query)}`,
    () => read(api.admin.integrations.stats.$get({ query })),
    everyMs,
  )
  useHappened('sync', stats.reload)
  return (
    <Shown of={stats}>
      {({ integrations, jobs24h, errorTrend, topIntegrations }) => {
        const ended = jobs24h.completed + jobs24h.failed
        const most = Math.max(0, ...topIntegrations.map(({ records }) => records))
        return (
          <>
            <Card title={say(texts.byStatus)}>
              <Figures>
                {(['active', 'paused', 'error'] as const).map((status) => (
                  <Figure
                    key={status}
                    label={integrationStatus(status).word}
                    value={number(integrations[status])}
                    tone={integrations[status] > 0 ? integrationStatus(status).tone : undefined}
                  />
                ))}
                <Figure label={say(texts.total)} value={number(integrations.total)} />
              </Figures>
            </Card>
            <Card title={say(texts.jobs)}>
              <Figures>
                {(['pending', 'processing', 'completed', 'failed'] as const).map((status) => (
                  <Figure
                    key={status}
                    label={syncStatus(status).word}
                    value={number(jobs24h[status])}
                    tone={status === 'failed' && jobs24h.failed > 0 ? 'bad' : undefined}
                    note={
                      status === 'failed' && ended > 0
                        ? say(texts.failedShare, { share: number((100 * jobs24h.failed) / ended) })
                        : undefined
                    }
                  />
                ))}
                <Figure label={say(texts.total)} value={number(jobs24h.total)} />
              </Figures>
            </Card>
            <Card title={say(texts.trend)} wide>
              <Columns
                hours={errorTrend.map(({ hour }) => hour)}
                series={[
                  { label: say(texts.errors), tone: 'warn', values: errorTrend.map(({ errors }) => errors) },
                  { label: say(texts.failedJobs), tone: 'bad', values: errorTrend.map(({ failedJobs }) => failedJobs) },
                ]}
                nothing={say(texts.noErrors)}
              />
            </Card>
            <Card title={say(texts.top)} wide>
              <Table
                label={say(texts.top)}
                rows={topIntegrations}
                keyOf={({ integrationId }) => integrationId}
                empty={say(texts.none)}
                columns={[
                  { title: say(texts.integration), cell: (one) => <WhoseLink of={one} /> },
                  {
                    title: say(texts.status),
                    cell: ({ status }) => {
                      const { word, tone } = integrationStatus(status)
                      return <Pill tone={tone}>{word}</Pill>
                    },
                  },
                  { title: say(texts.jobCount), cell: ({ jobs }) => number(jobs), isNumber: true },
                  {
                    title: say(texts.records),
                    cell: ({ records }) => <Bar value={records} of={most} text={number(records)} />,
                    isNumber: true,
                  },
                ]}
              />
            </Card>
          </>
        )
      }}
    </Shown>
  )
}
