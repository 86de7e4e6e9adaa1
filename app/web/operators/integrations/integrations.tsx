import { say } from '../../language.ts'
import '../../style/operators.css'
import { Tabs } from '../../ui/tabs.tsx'
import { useQuery } from '../../use-query.ts'
import { IntegrationFilters, integrationFilters } from './filters.tsx'
import { Health } from './health.tsx'
import { IntegrationErrors } from './integration-errors.tsx'
import { Overview } from './overview.tsx'
import { Performance } from './performance.tsx'
import { SyncActivity } from './sync-activity.tsx'

const texts = {
  title: { en: 'Integrations', da: 'Integrationer' },
  overview: { en: 'Overview', da: 'Overblik' },
  health: { en: 'Health', da: 'Tilstand' },
  activity: { en: 'Sync activity', da: 'Synkronisering' },
  errors: { en: 'Errors', da: 'Fejl' },
  performance: { en: 'Performance', da: 'Ydelse' },
} as const

const tabs = [
  ['overview', Overview],
  ['health', Health],
  ['activity', SyncActivity],
  ['errors', IntegrationErrors],
  ['performance', Performance],
] as const

/** The synchronization with other CRMs, over all workspaces. What it is narrowed to stays from tab to tab. */
export const Integrations = () => {
  const [tab] = useQuery('tab', 'overview')
  const [, Shown] = tabs.find(([name]) => name === tab) ?? tabs[0]
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <Tabs
        label={say(texts.title)}
        tabs={tabs.map(([name]) => ({ name, title: say(texts[name]) }))}
        keep={integrationFilters}
      />
      <IntegrationFilters />
      <div class="cards">
        <Shown />
      </div>
    </>
  )
}
