import type { InferResponseType } from 'hono/client'
import { api, read } from '../../client.ts'
import { dateTime, duration, say, type Text } from '../../language.ts'
import '../../style/operators.css'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Table } from '../../ui/table.tsx'
import { useQuery } from '../../use-query.ts'
import { useRead } from '../../use-read.ts'
import { TraceDetail } from './trace-detail.tsx'

const texts = {
  title: { en: 'Journeys', da: 'Brugerrejser' },
  steps: { en: 'Steps', da: 'Trin' },
  when: { en: 'When', da: 'Hvornår' },
  took: { en: 'Took', da: 'Varede' },
  outcome: { en: 'Outcome', da: 'Udfald' },
  ok: { en: 'without errors', da: 'uden fejl' },
  failed: { en: 'with errors', da: 'med fejl' },
  show: { en: 'Show', da: 'Vis' },
  none: {
    en: 'Nobody went this way in the last 24 hours, or none of it was kept. A trace arrives half a minute after its end.',
    da: 'Ingen er gået denne vej i de sidste 24 timer, eller intet af det er gemt. Et spor kommer et halvt minut efter sin afslutning.',
  },
} as const

const titles: Readonly<Record<string, Text>> = {
  login: { en: 'Sign-in', da: 'Log ind' },
  'contact-creation': { en: 'Contact creation', da: 'Oprettelse af kontakt' },
  'email-sync': { en: 'E-mail sync', da: 'Synkronisering af e-mail' },
  'lead-workflow': { en: 'Workflow of a lead', da: 'Forløb for et emne' },
}

type Journey = InferResponseType<typeof api.operations.journeys.$get, 200>['journeys'][number]

const everyMs = 15_000

const titleOf = ({ name }: Journey): string => {
  const title = titles[name]
  return title ? say(title) : name
}

/** The last ways that users went, each one trace; and one of them, span by span. */
export const Journeys = () => {
  const [trace, setTrace] = useQuery('trace')
  const journeys = useRead('journeys', () => read(api.operations.journeys.$get({ query: { limit: '5' } })), everyMs)
  const chosen = journeys.data?.journeys.find(({ traces }) => traces.some(({ traceId }) => traceId === trace))
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards">
        {trace !== '' && (
          <TraceDetail
            key={trace}
            traceId={trace}
            title={chosen && titleOf(chosen)}
            steps={chosen?.steps ?? []}
            onClose={() => setTrace('')}
          />
        )}
        <Shown of={journeys}>
          {({ journeys: all }) =>
            all.map((journey) => <JourneyCard key={journey.name} journey={journey} chosen={trace} />)
          }
        </Shown>
      </div>
    </>
  )
}

const JourneyCard = ({ journey, chosen }: { journey: Journey; chosen: string }) => {
  const title = titleOf(journey)
  return (
    <Card title={title}>
      <ol class="steps" aria-label={say(texts.steps)}>
        {journey.steps.map(({ name }) => (
          <li key={name}>{name}</li>
        ))}
      </ol>
      <Table
        label={title}
        rows={journey.traces}
        keyOf={({ traceId }) => traceId}
        empty={say(texts.none)}
        columns={[
          { title: say(texts.when), cell: ({ startedAt }) => dateTime(startedAt) },
          { title: say(texts.took), cell: ({ durationMs }) => duration(durationMs / 1_000), isNumber: true },
          {
            title: say(texts.outcome),
            cell: ({ failed }) => <Pill tone={failed ? 'bad' : 'good'}>{say(failed ? texts.failed : texts.ok)}</Pill>,
          },
          {
            title: say(texts.show),
            cell: ({ traceId, startedAt }) => (
              <a
                href={`/admin/journeys?trace=${traceId}`}
                aria-current={traceId === chosen ? 'true' : undefined}
                aria-label={`${say(texts.show)}: ${title}, ${dateTime(startedAt)}`}
              >
                {say(texts.show)}
              </a>
            ),
          },
        ]}
      />
    </Card>
  )
}
