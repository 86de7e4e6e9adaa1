import { api, read } from '../../client.ts'
import { dateTime, duration, say } from '../../language.ts'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Choice, Filters, SearchField } from '../../ui/fields.tsx'
import { Table } from '../../ui/table.tsx'
import { useFilters } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { Severity, severityChoices } from './severity.tsx'

const texts = {
  title: { en: 'The last 200 alerts', da: 'De seneste 200 alarmer' },
  severity: { en: 'Severity', da: 'Alvor' },
  status: { en: 'Status', da: 'Status' },
  active: { en: 'active', da: 'aktiv' },
  resolved: { en: 'resolved', da: 'ophørt' },
  began: { en: 'Began', da: 'Begyndt' },
  lasted: { en: 'Lasted', da: 'Varede' },
  alert: { en: 'Alert', da: 'Alarm' },
  source: { en: 'Raised by', da: 'Meldt af' },
  live: { en: 'this service, from its snapshots', da: 'tjenesten selv, ud fra sine målinger' },
  alertmanager: { en: 'Alertmanager', da: 'Alertmanager' },
  none: {
    en: 'No alert matches. Choose fewer filters; whatever was told is kept here for 35 days.',
    da: 'Ingen alarmer passer. Vælg færre filtre; alt, der er givet besked om, gemmes her i 35 dage.',
  },
} as const

const everyMs = 10_000

/** What was told, and what the service noticed by itself; newest first. */
export const AlertHistory = () => {
  const [filters, set] = useFilters(['q', 'severity', 'status'])
  const { q, severity, status } = filters
  const isStatus = status === 'active' || status === 'resolved'
  const alerts = useRead(
    `alert history ${status}`,
    () => read(api.monitoring.alerts.$get({ query: { limit: '200', ...(isStatus && { status }) } })),
    everyMs,
  )
  return (
    <Card title={say(texts.title)} wide>
      <Filters>
        <SearchField value={q} onSearch={(next) => set({ q: next })} />
        <Choice
          label={say(texts.severity)}
          value={severity}
          options={severityChoices()}
          onChoose={(next) => set({ severity: next })}
        />
        <Choice
          label={say(texts.status)}
          value={status}
          options={(['active', 'resolved'] as const).map((value) => ({ value, title: say(texts[value]) }))}
          onChoose={(next) => set({ status: next })}
        />
      </Filters>
      <Shown of={alerts}>
        {({ data }) => (
          <Table
            label={say(texts.title)}
            rows={data.filter(
              (alert) =>
                (severity === '' || alert.severity === severity) &&
                `${alert.type} ${alert.message}`.toLowerCase().includes(q.toLowerCase()),
            )}
            keyOf={({ id }) => id}
            empty={say(texts.none)}
            columns={[
              { title: say(texts.began), cell: ({ createdAt }) => dateTime(createdAt) },
              { title: say(texts.severity), cell: (alert) => <Severity severity={alert.severity} /> },
              {
                title: say(texts.alert),
                cell: ({ type, message }) => (
                  <>
                    <strong>{type}</strong>
                    <p>{message}</p>
                  </>
                ),
              },
              {
                title: say(texts.status),
                cell: (alert) => (
                  <Pill tone={alert.status === 'active' ? 'warn' : 'good'}>{say(texts[alert.status])}</Pill>
                ),
              },
              {
                title: say(texts.lasted),
                cell: ({ createdAt, resolvedAt }) =>
                  resolvedAt ? duration((Date.parse(resolvedAt) - Date.parse(createdAt)) / 1_000) : '–',
                isNumber: true,
              },
              { title: say(texts.source), cell: ({ source }) => say(texts[source]) },
            ]}
          />
        )}
      </Shown>
    </Card>
  )
}
