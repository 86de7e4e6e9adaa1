import type { InferResponseType } from 'hono/client'
import { api, read } from '../../client.ts'
import { ago, dateTime, say } from '../../language.ts'
import { now } from '../../live.ts'
import '../../style/alerts.css'
import { Action } from '../../ui/action.tsx'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Choice, Filters, SearchField } from '../../ui/fields.tsx'
import { Table } from '../../ui/table.tsx'
import { useFilters } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { Severity, severityChoices } from './severity.tsx'
import { SilenceTable } from './silences.tsx'

const texts = {
  active: { en: 'Firing', da: 'Aktive' },
  silenced: { en: 'Silenced', da: 'Dæmpede' },
  severity: { en: 'Severity', da: 'Alvor' },
  alert: { en: 'Alert', da: 'Alarm' },
  since: { en: 'Since', da: 'Siden' },
  what: { en: 'What to do', da: 'Hvad nu' },
  links: { en: 'More', da: 'Mere' },
  runbook: { en: 'Runbook', da: 'Vejledning' },
  dashboard: { en: 'Dashboard', da: 'Dashboard' },
  explained: { en: 'explained by another alert', da: 'skyldes en anden alarm' },
  act: { en: 'Action', da: 'Handling' },
  silence: { en: 'Silence for an hour', da: 'Dæmp i en time' },
  ask: { en: 'Silence {name} for an hour?', da: 'Dæmp {name} i en time?' },
  explain: {
    en: 'Nobody is told about this alert for an hour. It goes on firing here.',
    da: 'Ingen får besked om alarmen i en time. Her vises den stadig.',
  },
  why: { en: 'Why (everybody on call reads it)', da: 'Hvorfor (læses af alle på vagt)' },
  done: { en: 'Silent until {time}.', da: 'Dæmpet til {time}.' },
  quiet: {
    en: 'Nothing fires. What does appears here within ten seconds, and whoever is on call is told.',
    da: 'Ingen aktive alarmer. Nye vises her inden for ti sekunder, og vagten får besked.',
  },
  noMatch: { en: 'No alert matches. Choose fewer filters.', da: 'Ingen alarmer passer. Vælg færre filtre.' },
} as const

type Answer = InferResponseType<typeof api.operations.alerts.$get, 200>
export type FiringAlert = Answer['alerts'][number]

const everyMs = 10_000

const matches = (alert: FiringAlert, { q, severity }: { q: string; severity: string }): boolean =>
  (severity === '' || alert.severity === severity) &&
  `${alert.name} ${alert.summary} ${alert.description}`.toLowerCase().includes(q.toLowerCase())

/** What Alertmanager holds now: what it tells, and what it keeps to itself until when. */
export const FiringAlerts = () => {
  const [filters, set] = useFilters(['q', 'severity'])
  const alerts = useRead('alerts', () => read(api.operations.alerts.$get()), everyMs)
  const silence = async ({ fingerprint }: FiringAlert, comment: string): Promise<string> => {
    const { endsAt } = await read(api.operations.silences.$post({ json: { fingerprint, comment, minutes: 60 } }))
    return say(texts.done, { time: dateTime(endsAt) })
  }
  return (
    <>
      <Card title={say(texts.active)} wide>
        <Filters>
          <SearchField value={filters.q} onSearch={(q) => set({ q })} />
          <Choice
            label={say(texts.severity)}
            value={filters.severity}
            options={severityChoices()}
            onChoose={(severity) => set({ severity })}
          />
        </Filters>
        <Shown of={alerts}>
          {({ alerts: all }) => (
            <Table
              label={say(texts.active)}
              rows={all.filter((alert) => alert.state !== 'silenced' && matches(alert, filters))}
              keyOf={({ fingerprint }) => fingerprint}
              empty={say(filters.q || filters.severity ? texts.noMatch : texts.quiet)}
              columns={[
                {
                  title: say(texts.severity),
                  cell: ({ severity, priority }) => <Severity severity={severity} priority={priority} />,
                },
                { title: say(texts.alert), cell: (alert) => <AboutAlert alert={alert} /> },
                { title: say(texts.what), cell: ({ firstStep }) => firstStep ?? '–' },
                {
                  title: say(texts.since),
                  cell: ({ since }) => <time dateTime={since}>{ago(since, now.value)}</time>,
                },
                { title: say(texts.links), cell: (alert) => <AlertLinks alert={alert} /> },
                {
                  title: say(texts.act),
                  cell: (alert) => (
                    <Action
                      label={say(texts.silence)}
                      question={say(texts.ask, { name: alert.name })}
                      explain={say(texts.explain)}
                      field={{ label: say(texts.why), required: true }}
                      act={(comment) => silence(alert, comment)}
                      onDone={alerts.reload}
                    />
                  ),
                },
              ]}
            />
          )}
        </Shown>
      </Card>
      <Card title={say(texts.silenced)} wide>
        <Shown of={{ ...alerts, error: undefined }}>
          {({ alerts: all, silences }) => <SilenceTable alerts={all} silences={silences} onChanged={alerts.reload} />}
        </Shown>
      </Card>
    </>
  )
}

const AboutAlert = ({ alert: { name, summary, description, state } }: { alert: FiringAlert }) => (
  <>
    <strong>{name}</strong> {state === 'inhibited' && <Pill tone="off">{say(texts.explained)}</Pill>}
    <p>{summary}</p>
    {description !== '' && <p class="quiet">{description}</p>}
  </>
)

const AlertLinks = ({ alert: { runbook, dashboard, name } }: { alert: FiringAlert }) => (
  <ul class="links">
    {runbook && (
      <li>
        <a href={runbook} target="_blank" rel="noreferrer" aria-label={`${say(texts.runbook)}: ${name}`}>
          {say(texts.runbook)}
        </a>
      </li>
    )}
    {dashboard && (
      <li>
        <a href={dashboard} target="_blank" rel="noreferrer" aria-label={`${say(texts.dashboard)}: ${name}`}>
          {say(texts.dashboard)}
        </a>
      </li>
    )}
  </ul>
)
