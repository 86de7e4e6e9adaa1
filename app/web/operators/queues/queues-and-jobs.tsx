import { say } from '../../language.ts'
import '../../style/operators.css'
import { Tabs } from '../../ui/tabs.tsx'
import { useQuery } from '../../use-query.ts'
import { QueuesNow } from './queues-now.tsx'
import { SyncLog } from './sync-log.tsx'
import { WebhookEvents } from './webhook-events.tsx'

const texts = {
  title: { en: 'Queues and jobs', da: 'Køer og job' },
  queues: { en: 'Queues', da: 'Køer' },
  events: { en: 'Webhook events', da: 'Webhook-hændelser' },
  syncLog: { en: 'Sync log', da: 'Synkroniseringslog' },
} as const

/** What waits, what failed, and what to do about it. */
export const QueuesAndJobs = () => {
  const [tab] = useQuery('tab', 'queues')
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <Tabs
        label={say(texts.title)}
        tabs={[
          { name: 'queues', title: say(texts.queues) },
          { name: 'events', title: say(texts.events) },
          { name: 'sync-log', title: say(texts.syncLog) },
        ]}
      />
      <div class="cards">{tab === 'events' ? <WebhookEvents /> : tab === 'sync-log' ? <SyncLog /> : <QueuesNow />}</div>
    </>
  )
}
