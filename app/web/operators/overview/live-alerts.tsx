import type { LiveAlert } from '../../../monitoring/live-alerts.ts'
import { number, percent, say, type Text } from '../../language.ts'
import { operations } from '../../live.ts'
import { Card, Empty, Pill } from '../../ui/card.tsx'
import { words } from '../../ui/texts.ts'
import { queueTitle } from '../names.ts'

const texts = {
  title: { en: 'Live alerts', da: 'Live-advarsler' },
  all: { en: 'All alerts', da: 'Alle alarmer' },
  none: { en: 'All is calm: nothing is beyond its threshold.', da: 'Alt er roligt: intet er over sin grænse.' },
  warning: { en: 'warning', da: 'advarsel' },
  critical: { en: 'critical', da: 'kritisk' },
} as const

const messages: Readonly<Record<LiveAlert['type'], Text>> = {
  'slow-query': {
    en: '{value} queries of the last minute took longer than {threshold} ms.',
    da: '{value} databasekald i det sidste minut tog længere end {threshold} ms.',
  },
  'high-queue': {
    en: '{value} jobs wait in “{queue}” (more than {threshold}).',
    da: '{value} job venter i »{queue}« (flere end {threshold}).',
  },
  'high-cpu': { en: 'The processors are {share} busy.', da: 'Processorerne er {share} optaget.' },
  'high-memory': { en: '{share} of the memory is used.', da: '{share} af hukommelsen er brugt.' },
  'slow-api': {
    en: 'Requests take {value} ms on average (more than {threshold} ms).',
    da: 'Forespørgsler tager {value} ms i gennemsnit (mere end {threshold} ms).',
  },
  'high-error-rate': {
    en: '{share} of the requests of the last minute failed (more than {threshold} %).',
    da: '{share} af forespørgslerne i det sidste minut fejlede (mere end {threshold} %).',
  },
}

/** What is beyond its threshold right now, in words. These alerts page nobody; the others stand under Alerts. */
export const LiveAlerts = () => {
  const told = operations.value
  return (
    <Card title={say(texts.title)} aside={<a href="/admin/alerts">{say(texts.all)}</a>}>
      {!told ? (
        <p class="quiet" aria-busy="true">
          {say(words.loading)}
        </p>
      ) : told.alerts.length === 0 ? (
        <Empty>{say(texts.none)}</Empty>
      ) : (
        <ul class="plain-list">
          {told.alerts.map(({ fingerprint, type, severity, data }) => (
            <li key={fingerprint}>
              <Pill tone={severity === 'critical' ? 'bad' : 'warn'}>{say(texts[severity])}</Pill>{' '}
              {say(messages[type], {
                value: number(Number(data.value), 0),
                threshold: number(Number(data.threshold), 0),
                share: percent(Number(data.value), 0),
                queue: queueTitle(String(data.queueName ?? '')),
              })}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
