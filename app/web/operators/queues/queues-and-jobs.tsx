import type { VNode } from 'preact'
import { say } from '../../language.ts'
import '../../style/operators.css'
import { Tabs } from '../../ui/tabs.tsx'
import { useQuery } from '../../use-query.ts'
import { Jobs } from './jobs.tsx'
import { QueuesNow } from './queues-now.tsx'
import { SyncLog } from './sync-log.tsx'
import { WebhookEvents } from './webhook-events.tsx'

const texts = {
  title: { en: 'Queues and jobs', da: 'Køer og job' },
  queues: { en: 'Queues', da: 'Køer' },
  jobs: { en: 'Jobs', da: 'Job' },
  events: { en: 'Webhook events', da: 'Webhook-hændelser' },
  syncLog: { en: 'Sync log', da: 'Synkroniseringslog' },
} as const

/** What is shown under each name in the address; the queues themselves under every other. */
const pages: Readonly<Record<string, () => VNode>> = { jobs: Jobs, events: WebhookEvents, 'sync-log': SyncLog }

/** What waits, what failed, and what to do about it. */
export const QueuesAndJobs = () => {
  const [tab] = useQuery('tab', 'queues')
  const Shown = pages[tab]
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <Tabs
        label={say(texts.title)}
        tabs={[
          { name: 'queues', title: say(texts.queues) },
          { name: 'jobs', title: say(texts.jobs) },
          { name: 'events', title: say(texts.events) },
          { name: 'sync-log', title: say(texts.syncLog) },
        ]}
      />
      <div class="cards">{Shown === undefined ? <QueuesNow /> : <Shown />}</div>
    </>
  )
}
