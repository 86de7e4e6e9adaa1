import { say } from '../../language.ts'
import '../../style/operators.css'
import { RangePicker, useRange } from '../../ui/range.tsx'
import { DashboardLink } from '../dashboard-link.tsx'
import { SeriesCard } from '../series-card.tsx'
import { LiveAlerts } from './live-alerts.tsx'
import { NowFigures } from './now-figures.tsx'
import { Objectives } from './objectives.tsx'

const texts = {
  title: { en: 'Overview', da: 'Overblik' },
  requests: { en: 'Requests', da: 'Forespørgsler' },
  errors: { en: 'Requests answered with a 5xx', da: 'Forespørgsler besvaret med 5xx' },
  latency: { en: 'Response time', da: 'Svartid' },
  users: { en: 'Active users', da: 'Aktive brugere' },
} as const

/** The only line of a chart is what its title says. */
const unnamed = (labels: readonly string[]) => new Map(labels.map((label) => [label, '']))

/** How the service is: what it does this moment, whether it holds what it promises, and how it came here. */
export const Overview = () => {
  const { name, minutes } = useRange()
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards led">
        <NowFigures />
        <LiveAlerts />
        <Objectives />
      </div>
      <div class="bar-of-tools">
        <RangePicker />
        <DashboardLink uid="system-overview" title="System Overview" range={name} />
      </div>
      <div class="cards two">
        <SeriesCard name="requests" title={say(texts.requests)} minutes={minutes} namesOf={unnamed} />
        <SeriesCard name="errors" title={say(texts.errors)} minutes={minutes} limit={1} namesOf={unnamed} />
        <SeriesCard name="latency" title={say(texts.latency)} minutes={minutes} limit={0.2} />
        <SeriesCard name="active_users" title={say(texts.users)} minutes={minutes} namesOf={unnamed} />
      </div>
    </>
  )
}
