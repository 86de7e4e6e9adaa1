import type { InferResponseType } from 'hono/client'
import { api, read } from '../../client.ts'
import { ago, dateTime, number, say } from '../../language.ts'
import { now } from '../../live.ts'
import { Action } from '../../ui/action.tsx'
import { Table } from '../../ui/table.tsx'

const texts = {
  title: { en: 'Silences', da: 'Dæmpninger' },
  what: { en: 'What', da: 'Hvad' },
  until: { en: 'Until', da: 'Til' },
  why: { en: 'Why', da: 'Hvorfor' },
  by: { en: 'By', da: 'Af' },
  holds: { en: 'Alerts held back', da: 'Tilbageholdte alarmer' },
  end: { en: 'End', da: 'Afslut' },
  ask: { en: 'End this silence?', da: 'Afslut dæmpningen?' },
  explain: {
    en: 'Whoever is on call is told again about what still fires.',
    da: 'Vagten får igen besked om det, der stadig er aktivt.',
  },
  done: { en: 'The silence has ended.', da: 'Dæmpningen er afsluttet.' },
  none: {
    en: 'Nothing is silenced. An alert above can be, for an hour, while somebody is at it.',
    da: 'Intet er dæmpet. En alarm ovenfor kan dæmpes i en time, mens nogen arbejder på den.',
  },
} as const

type Answer = InferResponseType<typeof api.operations.alerts.$get, 200>
type Silence = Answer['silences'][number]

/** What the silence is about: the alert's name, else its conditions. */
const aboutOf = ({ matchers }: Silence): string => {
  const name = matchers.find((matcher) => matcher.name === 'alertname' && matcher.isEqual)?.value
  return (
    name ??
    matchers
      .map(
        ({ name, value, isRegex, isEqual }) =>
          `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${value}`,
      )
      .join(', ')
  )
}

export const SilenceTable = ({
  alerts,
  silences,
  onChanged,
}: {
  alerts: Answer['alerts']
  silences: readonly Silence[]
  onChanged: () => void
}) => {
  const heldBy = (id: string): number => alerts.filter((alert) => alert.silences.includes(id)).length
  const end = async (id: string): Promise<string> => {
    await read(api.operations.silences[':id'].$delete({ param: { id } }))
    return say(texts.done)
  }
  return (
    <Table
      label={say(texts.title)}
      rows={silences}
      keyOf={({ id }) => id}
      empty={say(texts.none)}
      columns={[
        { title: say(texts.what), cell: (silence) => <strong>{aboutOf(silence)}</strong> },
        {
          title: say(texts.until),
          cell: ({ endsAt }) => (
            <time dateTime={endsAt}>
              {dateTime(endsAt)} ({ago(endsAt, now.value)})
            </time>
          ),
        },
        { title: say(texts.why), cell: ({ comment }) => comment },
        { title: say(texts.by), cell: ({ createdBy }) => createdBy },
        {
          title: say(texts.holds),
          cell: ({ id }) => number(heldBy(id)),
          isNumber: true,
        },
        {
          title: say(texts.end),
          cell: ({ id }) => (
            <Action
              label={say(texts.end)}
              question={say(texts.ask)}
              explain={say(texts.explain)}
              act={() => end(id)}
              onDone={onChanged}
            />
          ),
        },
      ]}
    />
  )
}
