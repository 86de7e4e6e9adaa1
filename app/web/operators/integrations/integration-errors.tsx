import { api, read } from '../../client.ts'
import { number, percent, say } from '../../language.ts'
import { Bar } from '../../ui/bar.tsx'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Columns } from '../../ui/columns.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { useHappened } from '../../use-happened.ts'
import { useRead } from '../../use-read.ts'
import { errorKind } from '../names.ts'
import { useWanted } from './filters.tsx'
import { JobTable } from './job-table.tsx'
import { entityWord, WhoseLink } from './words.tsx'

const texts = {
  trend: { en: 'Errors by hour', da: 'Fejl pr. time' },
  errors: { en: 'errors', da: 'fejl' },
  failedJobs: { en: 'syncs that failed for good', da: 'synkroniseringer opgivet' },
  share: { en: '{share} of {jobs} syncs failed for good', da: '{share} af {jobs} synkroniseringer blev opgivet' },
  noErrors: { en: 'No errors in the last 24 hours.', da: 'Ingen fejl det sidste døgn.' },
  types: { en: 'What went wrong most', da: 'Hvad der oftest gik galt' },
  kind: { en: 'Kind', da: 'Art' },
  count: { en: 'Errors', da: 'Fejl' },
  byIntegration: { en: 'By integration', da: 'Efter integration' },
  integration: { en: 'Integration', da: 'Integration' },
  lastAt: { en: 'Last', da: 'Senest' },
  recent: { en: 'Recent errors', da: 'Seneste fejl' },
  all: { en: 'Show every kind', da: 'Vis alle arter' },
  when: { en: 'When', da: 'Hvornår' },
  what: { en: 'What', da: 'Hvad' },
  record: { en: 'Record', da: 'Post' },
  whole: { en: 'the whole attempt', da: 'hele forsøget' },
  again: { en: 'Tried again', da: 'Prøves igen' },
  yes: { en: 'yes', da: 'ja' },
  no: { en: 'no', da: 'nej' },
  failed: { en: 'Syncs that failed for good', da: 'Opgivne synkroniseringer' },
  none: { en: 'No errors match. That is how it should be.', da: 'Ingen fejl passer. Sådan skal det være.' },
  noneFailed: {
    en: 'No sync failed for good. Errors that pass by themselves do not stand here.',
    da: 'Ingen synkronisering er opgivet. Fejl, der går over af sig selv, står ikke her.',
  },
} as const

const everyMs = 15_000

/** What went wrong between us and other CRMs. */
export const IntegrationErrors = () => {
  const wanted = useWanted()
  const [{ kind, after }, set] = useFilters(['kind'])
  const query = { ...wanted, ...given({ kind, cursor: after }) }
  const errors = useRead(
    `integration errors ${JSON.stringify(query)}`,
    () => read(api.admin.integrations.errors.$get({ query })),
    everyMs,
  )
  useHappened('sync', errors.reload)
  return (
    <Shown of={errors}>
      {({ errors: recent, nextCursor, rateTrend, byIntegration, topTypes, failedJobs }) => {
        const ended = rateTrend.reduce((sum, { jobs }) => sum + jobs, 0)
        const failed = rateTrend.reduce((sum, hour) => sum + hour.failedJobs, 0)
        return (
          <>
            <Card
              title={say(texts.trend)}
              wide
              aside={
                ended > 0 && (
                  <span class="quiet">
                    {say(texts.share, { share: percent((100 * failed) / ended), jobs: number(ended) })}
                  </span>
                )
              }
            >
              <Columns
                hours={rateTrend.map(({ hour }) => hour)}
                series={[
                  { label: say(texts.errors), tone: 'warn', values: rateTrend.map((hour) => hour.errors) },
                  { label: say(texts.failedJobs), tone: 'bad', values: rateTrend.map((hour) => hour.failedJobs) },
                ]}
                nothing={say(texts.noErrors)}
              />
            </Card>
            <Card title={say(texts.types)}>
              <Table
                label={say(texts.types)}
                rows={topTypes}
                keyOf={(type) => type.kind}
                empty={say(texts.noErrors)}
                columns={[
                  {
                    title: say(texts.kind),
                    cell: (type) => (
                      <button type="button" class="link" onClick={() => set({ kind: type.kind })}>
                        {errorKind(type.kind)}
                      </button>
                    ),
                  },
                  {
                    title: say(texts.count),
                    cell: ({ count }) => (
                      <Bar value={count} of={topTypes[0]?.count ?? 0} text={number(count)} tone="warn" />
                    ),
                    isNumber: true,
                  },
                ]}
              />
            </Card>
            <Card title={say(texts.byIntegration)}>
              <Table
                label={say(texts.byIntegration)}
                rows={byIntegration}
                keyOf={({ integrationId }) => integrationId}
                empty={say(texts.noErrors)}
                columns={[
                  { title: say(texts.integration), cell: (one) => <WhoseLink of={one} /> },
                  { title: say(texts.lastAt), cell: ({ lastAt }) => <Moment at={lastAt} /> },
                  {
                    title: say(texts.count),
                    cell: (one) => (
                      <Bar
                        value={one.errors}
                        of={byIntegration[0]?.errors ?? 0}
                        text={number(one.errors)}
                        tone="warn"
                      />
                    ),
                    isNumber: true,
                  },
                ]}
              />
            </Card>
            <Card
              title={say(texts.recent)}
              wide
              aside={
                kind !== '' && (
                  <button type="button" onClick={() => set({ kind: '' })}>
                    {say(texts.all)}
                  </button>
                )
              }
            >
              <Table
                label={say(texts.recent)}
                rows={recent}
                keyOf={({ id }) => id}
                empty={say(texts.none)}
                columns={[
                  { title: say(texts.when), cell: ({ at }) => <Moment at={at} /> },
                  { title: say(texts.integration), cell: (one) => <WhoseLink of={one} /> },
                  { title: say(texts.what), cell: ({ entity }) => entityWord(entity) },
                  { title: say(texts.kind), cell: (one) => errorKind(one.kind) },
                  {
                    title: say(texts.record),
                    cell: ({ externalId }) => externalId ?? <span class="quiet">{say(texts.whole)}</span>,
                  },
                  {
                    title: say(texts.again),
                    cell: ({ retryable }) => (
                      <Pill tone={retryable ? 'off' : 'bad'}>{say(retryable ? texts.yes : texts.no)}</Pill>
                    ),
                  },
                ]}
              />
              <Pager after={after} next={nextCursor} go={(cursor) => set({ after: cursor })} />
            </Card>
            <Card title={say(texts.failed)} wide>
              <JobTable label={say(texts.failed)} jobs={failedJobs} empty={say(texts.noneFailed)} />
            </Card>
          </>
        )
      }}
    </Shown>
  )
}
