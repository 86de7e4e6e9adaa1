import { api, read } from '../../client.ts'
import { duration, number, say } from '../../language.ts'
import { operations } from '../../live.ts'
import { Card, Shown } from '../../ui/card.tsx'
import { Table } from '../../ui/table.tsx'
import { useRead } from '../../use-read.ts'
import { queueTitle } from '../names.ts'

const texts = {
  title: { en: 'Queues', da: 'Køer' },
  queue: { en: 'Queue', da: 'Kø' },
  waiting: { en: 'Waiting', da: 'Venter' },
  delayed: { en: 'Put off', da: 'Udskudt' },
  active: { en: 'Running', da: 'Kører' },
  failed: { en: 'Failed', da: 'Fejlet' },
  perMinute: { en: 'Done per minute', da: 'Udført pr. minut' },
  took: { en: 'Takes (p95)', da: 'Varighed (p95)' },
  none: { en: 'There are no queues yet.', da: 'Der er ingen køer endnu.' },
} as const

const milliseconds = (value: number | null): string => (value === null ? '–' : duration(value / 1_000))

/** What stands in each queue now, live, and what was done in the last five minutes. */
export const QueuesNow = () => {
  const rates = useRead('jobs', () => read(api.monitoring.jobs.$get()), 5_000)
  const live = operations.value?.snapshot.queues
  return (
    <Card title={say(texts.title)} wide>
      <Shown of={rates}>
        {({ data }) => (
          <Table
            label={say(texts.title)}
            rows={data.map((rate) => ({ ...rate, now: live?.find(({ queueName }) => queueName === rate.queueName) }))}
            keyOf={({ queueName }) => queueName}
            empty={say(texts.none)}
            columns={[
              { title: say(texts.queue), cell: ({ queueName }) => queueTitle(queueName) },
              { title: say(texts.waiting), cell: ({ now }) => (now ? number(now.waiting) : '–'), isNumber: true },
              { title: say(texts.delayed), cell: ({ now }) => (now ? number(now.delayed) : '–'), isNumber: true },
              { title: say(texts.active), cell: ({ now }) => (now ? number(now.active) : '–'), isNumber: true },
              { title: say(texts.failed), cell: ({ now }) => (now ? number(now.failed) : '–'), isNumber: true },
              { title: say(texts.perMinute), cell: ({ perMinute }) => number(perMinute), isNumber: true },
              { title: say(texts.took), cell: ({ p95ProcessingMs }) => milliseconds(p95ProcessingMs), isNumber: true },
            ]}
          />
        )}
      </Shown>
    </Card>
  )
}
