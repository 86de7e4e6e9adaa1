import { duration, number, percent, say } from '../../language.ts'
import { operations } from '../../live.ts'
import { Card, Figure, Figures } from '../../ui/card.tsx'
import { words } from '../../ui/texts.ts'

const texts = {
  title: { en: 'Now', da: 'Nu' },
  lastMinute: { en: 'the last minute', da: 'det sidste minut' },
  requests: { en: 'Requests', da: 'Forespørgsler' },
  errors: { en: 'Failed', da: 'Fejlet' },
  errorsNote: { en: 'status 400 or more', da: 'status 400 eller mere' },
  p95: { en: 'Response time, p95', da: 'Svartid, p95' },
  average: { en: '{time} on average', da: '{time} i gennemsnit' },
  users: { en: 'Active users', da: 'Aktive brugere' },
  connections: { en: 'live connections: {connections}', da: 'live-forbindelser: {connections}' },
  jobs: { en: 'Jobs that wait', da: 'Job, der venter' },
  running: { en: 'running: {jobs}', da: 'kører: {jobs}' },
} as const

/** The figures of this moment, as they are told live. */
export const NowFigures = () => {
  const told = operations.value
  return (
    <Card title={say(texts.title)} aside={<span class="quiet">{say(texts.lastMinute)}</span>}>
      {told ? (
        <Figures>
          <Figure label={say(texts.requests)} value={`${number(told.snapshot.api.requestsPerMinute)}/min`} />
          <Figure
            label={say(texts.errors)}
            value={percent(told.snapshot.api.errorRate)}
            note={say(texts.errorsNote)}
            tone={told.snapshot.api.errorRate > 5 ? 'bad' : told.snapshot.api.errorRate > 1 ? 'warn' : undefined}
          />
          <Figure
            label={say(texts.p95)}
            value={told.p95Ms === null ? '–' : duration(told.p95Ms / 1_000)}
            note={say(texts.average, { time: duration(told.snapshot.api.avgResponseTime / 1_000) })}
            tone={told.p95Ms === null ? undefined : told.p95Ms > 500 ? 'bad' : told.p95Ms > 200 ? 'warn' : undefined}
          />
          <Figure
            label={say(texts.users)}
            value={number(told.activeUsers)}
            note={say(texts.connections, { connections: number(told.snapshot.socket.activeConnections) })}
          />
          <Jobs queues={told.snapshot.queues} />
        </Figures>
      ) : (
        <p class="quiet" aria-busy="true">
          {say(words.loading)}
        </p>
      )}
    </Card>
  )
}

const Jobs = ({ queues }: { queues: readonly { readonly waiting: number; readonly active: number }[] }) => {
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0)
  const active = queues.reduce((sum, queue) => sum + queue.active, 0)
  return (
    <Figure
      label={say(texts.jobs)}
      value={number(waiting)}
      note={say(texts.running, { jobs: number(active) })}
      tone={waiting > 500 ? 'bad' : waiting > 100 ? 'warn' : undefined}
    />
  )
}
