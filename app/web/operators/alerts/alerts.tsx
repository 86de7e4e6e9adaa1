import { say } from '../../language.ts'
import '../../style/operators.css'
import { Tabs } from '../../ui/tabs.tsx'
import { useQuery } from '../../use-query.ts'
import { FiringAlerts } from './firing.tsx'
import { AlertHistory } from './history.tsx'

const texts = {
  title: { en: 'Alerts', da: 'Alarmer' },
  now: { en: 'Now', da: 'Nu' },
  history: { en: 'History', da: 'Historik' },
} as const

/** What fires, what is silenced, and what was. */
export const Alerts = () => {
  const [tab] = useQuery('tab', 'now')
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <Tabs
        label={say(texts.title)}
        tabs={[
          { name: 'now', title: say(texts.now) },
          { name: 'history', title: say(texts.history) },
        ]}
      />
      <div class="cards">{tab === 'history' ? <AlertHistory /> : <FiringAlerts />}</div>
    </>
  )
}
