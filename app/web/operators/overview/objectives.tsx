import type { SloId } from '../../../../catalogue/slo.ts'
import { api, read } from '../../client.ts'
import { duration, number, percent, say, type Text } from '../../language.ts'
import { Bar } from '../../ui/bar.tsx'
import { Card, Pill, Shown, type Tone } from '../../ui/card.tsx'
import { Table } from '../../ui/table.tsx'
import { useRead } from '../../use-read.ts'

const texts = {
  title: { en: 'What we promise', da: 'Hvad vi lover' },
  window: { en: 'over 30 days', da: 'over 30 dage' },
  objective: { en: 'Objective', da: 'Mål' },
  promise: { en: 'Promise', da: 'Løfte' },
  within: { en: '{target} within {time}', da: '{target} inden for {time}' },
  share: { en: 'Held', da: 'Overholdt' },
  budget: { en: 'Error budget left', da: 'Fejlbudget tilbage' },
  burn: { en: 'Burn rate, 1 h', da: 'Forbrug, 1 t' },
  burnUnit: { en: '{rate}×', da: '{rate}×' },
  state: { en: 'State', da: 'Tilstand' },
  ok: { en: 'held', da: 'holdes' },
  burning: { en: 'burning', da: 'under pres' },
  exhausted: { en: 'exhausted', da: 'brugt op' },
  no_data: { en: 'no data yet', da: 'ingen data endnu' },
  none: { en: 'There are no objectives.', da: 'Der er ingen mål.' },
} as const

const titles: Readonly<Record<SloId, Text>> = {
  'api-availability': { en: 'API availability', da: 'API’ets tilgængelighed' },
  'api-latency': { en: 'API response time', da: 'API’ets svartid' },
  'web-page-load': { en: 'Web page load', da: 'Indlæsning af siden' },
  'database-latency': { en: 'Database query time', da: 'Tid pr. databasekald' },
  'job-duration': { en: 'Background jobs', da: 'Baggrundsjob' },
  'email-delivery': { en: 'E-mail delivery', da: 'Levering af e-mail' },
}

const tones = { ok: 'good', burning: 'warn', exhausted: 'bad', no_data: 'off' } as const satisfies Record<string, Tone>

const everyMs = 15_000

/** Each objective: what is promised, what was held, and how much of its error budget is left. */
export const Objectives = () => {
  const objectives = useRead('slos', () => read(api.operations.slos.$get()), everyMs)
  return (
    <Card title={say(texts.title)} wide aside={<span class="quiet">{say(texts.window)}</span>}>
      <Shown of={objectives}>
        {({ slos }) => (
          <Table
            label={say(texts.title)}
            rows={slos}
            keyOf={({ id }) => id}
            empty={say(texts.none)}
            columns={[
              {
                title: say(texts.objective),
                cell: ({ id, title, description }) => (
                  <span title={description}>{titles[id as SloId] ? say(titles[id as SloId]) : title}</span>
                ),
              },
              {
                title: say(texts.state),
                cell: ({ state }) => <Pill tone={tones[state]}>{say(texts[state])}</Pill>,
              },
              {
                title: say(texts.promise),
                cell: ({ target, objectiveSeconds: seconds }) =>
                  seconds === null
                    ? percent(target * 100)
                    : say(texts.within, { target: percent(target * 100), time: duration(seconds) }),
              },
              {
                title: say(texts.share),
                cell: ({ compliance }) => (compliance === null ? '–' : percent(compliance * 100, 3)),
                isNumber: true,
              },
              {
                title: say(texts.budget),
                cell: ({ budgetLeft, state }) =>
                  budgetLeft === null ? (
                    '–'
                  ) : (
                    <Bar value={budgetLeft} of={1} text={percent(budgetLeft * 100, 0)} tone={tones[state]} />
                  ),
                isNumber: true,
              },
              {
                title: say(texts.burn),
                cell: ({ burnRate1h: rate }) => (rate === null ? '–' : say(texts.burnUnit, { rate: number(rate) })),
                isNumber: true,
              },
            ]}
          />
        )}
      </Shown>
    </Card>
  )
}
