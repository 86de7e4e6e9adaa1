import { api, read } from '../../client.ts'
import { ago, dateTime, duration, number, say } from '../../language.ts'
import { now } from '../../live.ts'
import { Card, Pill, Shown, type Tone } from '../../ui/card.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { useFilters } from '../../use-filters.ts'
import { useHappened } from '../../use-happened.ts'
import { useRead } from '../../use-read.ts'
import { useWanted } from './filters.tsx'
import { integrationStatus, WhoseLink } from './words.tsx'

const texts = {
  title: { en: 'How each integration is', da: 'Hvordan hver integration har det' },
  integration: { en: 'Integration', da: 'Integration' },
  status: { en: 'Status', da: 'Status' },
  connection: { en: 'Connection', da: 'Forbindelse' },
  ok: { en: 'answers', da: 'svarer' },
  unreachable: { en: 'does not answer', da: 'svarer ikke' },
  not_configured: { en: 'not configured', da: 'ikke sat op' },
  lastSuccess: { en: 'Last success', da: 'Sidste succes' },
  never: { en: 'never', da: 'aldrig' },
  overdue: { en: 'overdue', da: 'forsinket' },
  lastError: { en: 'Last error', da: 'Sidste fejl' },
  every: { en: 'Every', da: 'Hver' },
  errors: { en: 'Failed ever', da: 'Fejlet i alt' },
  inRow: { en: 'Failed in a row', da: 'Fejlet i træk' },
  none: {
    en: 'No integration matches. Choose fewer filters, or connect a system: POST /api/integrations.',
    da: 'Ingen integration passer. Vælg færre filtre, eller tilslut et system: POST /api/integrations.',
  },
} as const

const connectionTones: Readonly<Record<'ok' | 'unreachable' | 'not_configured', Tone>> = {
  ok: 'good',
  unreachable: 'bad',
  not_configured: 'off',
}

/** The answer probes the providers: not more often than a person would look. */
const everyMs = 20_000

export const Health = () => {
  const query = useWanted()
  const [{ after }, set] = useFilters([])
  const page = { ...query, ...(after && { cursor: after }), limit: '50' }
  const health = useRead(
    `integration health ${JSON.stringify(page)}`,
    () => read(api.admin.integrations.health.$get({ query: page })),
    everyMs,
  )
  useHappened('sync', health.reload)
  return (
    <Card title={say(texts.title)} wide>
      <Shown of={health}>
        {({ integrations, nextCursor }) => (
          <>
            <Table
              label={say(texts.title)}
              rows={integrations}
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
                {
                  title: say(texts.connection),
                  cell: ({ connection }) => <Pill tone={connectionTones[connection]}>{say(texts[connection])}</Pill>,
                },
                {
                  title: say(texts.lastSuccess),
                  cell: ({ lastSuccessAt, isOverdue }) => (
                    <>
                      <When at={lastSuccessAt} /> {isOverdue && <Pill tone="warn">{say(texts.overdue)}</Pill>}
                    </>
                  ),
                },
                {
                  title: say(texts.every),
                  cell: ({ frequencySeconds }) => duration(frequencySeconds),
                  isNumber: true,
                },
                { title: say(texts.lastError), cell: ({ lastErrorAt }) => <When at={lastErrorAt} /> },
                { title: say(texts.inRow), cell: ({ failuresInRow }) => number(failuresInRow), isNumber: true },
                { title: say(texts.errors), cell: ({ errorCount }) => number(errorCount), isNumber: true },
              ]}
            />
            <Pager after={after} next={nextCursor} go={(cursor) => set({ after: cursor })} />
          </>
        )}
      </Shown>
    </Card>
  )
}

/** How long ago; the moment itself where it is pointed at. */
const When = ({ at }: { at: string | null }) =>
  at === null ? <span class="quiet">{say(texts.never)}</span> : <time title={dateTime(at)}>{ago(at, now.value)}</time>
