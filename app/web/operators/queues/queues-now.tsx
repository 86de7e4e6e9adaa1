import { useLocation } from 'preact-iso'
import { api, read } from '../../client.ts'
import { duration, number, say, type Text } from '../../language.ts'
import { operations } from '../../live.ts'
import { Card, Pill, Shown, type Tone } from '../../ui/card.tsx'
import { Table } from '../../ui/table.tsx'
import { changed } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { queueTitle } from '../names.ts'
import { Waiting } from './waiting.tsx'
import { type QueueNow, stateOf } from './why.ts'

const texts = {
  title: { en: 'Queues, live', da: 'Køer, live' },
  queue: { en: 'Queue', da: 'Kø' },
  state: { en: 'State', da: 'Tilstand' },
  waiting: { en: 'Waiting', da: 'Venter' },
  delayed: { en: 'Put off', da: 'Udskudt' },
  active: { en: 'Running', da: 'Kører' },
  completed: { en: 'Done (15 min)', da: 'Udført (15 min)' },
  failed: { en: 'Failed', da: 'Fejlet' },
  dead: { en: 'Given up', da: 'Opgivet' },
  perMinute: { en: 'Per minute', da: 'Pr. minut' },
  took: { en: 'Takes (p95)', da: 'Varighed (p95)' },
  waited: { en: 'Waited', da: 'Ventede' },
  none: { en: 'There are no queues yet.', da: 'Der er ingen køer endnu.' },
} as const

const states: Readonly<Record<ReturnType<typeof stateOf>, { readonly text: Text; readonly tone: Tone }>> = {
  waits: { text: { en: 'put off', da: 'udskudt' }, tone: 'warn' },
  behind: { text: { en: 'behind', da: 'bagud' }, tone: 'bad' },
  retries: { text: { en: 'retries', da: 'prøver igen' }, tone: 'warn' },
  dead: { text: { en: 'has given up jobs', da: 'har opgivet job' }, tone: 'bad' },
  runs: { text: { en: 'runs', da: 'kører' }, tone: 'good' },
  idle: { text: { en: 'idle', da: 'ledig' }, tone: 'off' },
}

const milliseconds = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : duration(value / 1_000)

/** What stands in each queue now, live, with what was done in the last five minutes, and why jobs wait. */
export const QueuesNow = () => {
  const { path } = useLocation()
  const queues = useRead('queues', () => read(api.admin.queues.$get()), 3_000)
  const rates = useRead('rates', () => read(api.monitoring.jobs.$get()), 10_000)
  const events = useRead('event-counts', () => read(api.admin.events.counts.$get()), 10_000)
  const failedEvents = (events.data?.counts ?? [])
    .filter(({ status }) => status === 'error')
    .reduce((sum, { count }) => sum + count, 0)
  const live = operations.value?.snapshot.queues
  const rateOf = (name: string) => rates.data?.data.find(({ queueName }) => queueName === name)
  const to = (queueName: string, state = ''): string =>
    `${path}?${changed({}, { tab: 'jobs', queue: queueName, state })}`
  const count = (name: string, title: string, state: string, value: number) =>
    value === 0 ? (
      number(0)
    ) : (
      <a href={to(name, state)} aria-label={`${queueTitle(name)}, ${title}: ${number(value)}`}>
        {number(value)}
      </a>
    )
  return (
    <Shown of={queues}>
      {({ queues: read }) => {
        // The live figures are the younger ones.
        const rows = read.map(
          (queue): QueueNow => ({
            ...queue,
            ...live?.find((one) => one.queueName === queue.queueName),
            queueName: queue.queueName,
          }),
        )
        return (
          <>
            <Waiting queues={read} failedEvents={failedEvents} />
            <Card title={say(texts.title)} wide>
              <Table
                label={say(texts.title)}
                rows={rows}
                keyOf={({ queueName }) => queueName}
                empty={say(texts.none)}
                columns={[
                  {
                    title: say(texts.queue),
                    cell: ({ queueName }) => <a href={to(queueName)}>{queueTitle(queueName)}</a>,
                  },
                  { title: say(texts.state), cell: (queue) => <State of={queue} /> },
                  ...(['waiting', 'delayed', 'active', 'completed', 'failed', 'dead'] as const).map((state) => ({
                    title: say(texts[state]),
                    cell: (queue: QueueNow) => count(queue.queueName, say(texts[state]), state, queue[state]),
                    isNumber: true,
                  })),
                  {
                    title: say(texts.perMinute),
                    cell: ({ queueName }) => number(rateOf(queueName)?.perMinute ?? 0),
                    isNumber: true,
                  },
                  {
                    title: say(texts.waited),
                    cell: ({ queueName }) => milliseconds(rateOf(queueName)?.avgWaitMs),
                    isNumber: true,
                  },
                  {
                    title: say(texts.took),
                    cell: ({ queueName }) => milliseconds(rateOf(queueName)?.p95ProcessingMs),
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

const State = ({ of }: { of: QueueNow }) => {
  const { text, tone } = states[stateOf(of)]
  return <Pill tone={tone}>{say(text)}</Pill>
}
