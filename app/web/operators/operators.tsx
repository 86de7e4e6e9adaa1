import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { lazy, Route, Router, useLocation } from 'preact-iso'
import { say, type Text } from '../language.ts'
import { isOperator } from '../session.ts'
import { Empty } from '../ui/card.tsx'
import { words } from '../ui/texts.ts'
import { remember } from './recent.ts'

const texts = {
  menu: { en: 'Operations', da: 'Drift' },
  overview: { en: 'Overview', da: 'Overblik' },
  resources: { en: 'Resources', da: 'Ressourcer' },
  integrations: { en: 'Integrations', da: 'Integrationer' },
  queues: { en: 'Queues and jobs', da: 'Køer og job' },
  errors: { en: 'Errors', da: 'Fejl' },
  alerts: { en: 'Alerts', da: 'Alarmer' },
  events: { en: 'Events', da: 'Hændelser' },
  users: { en: 'Users', da: 'Brugere' },
  journeys: { en: 'Journeys', da: 'Brugerrejser' },
  audit: { en: 'Audit log', da: 'Revisionslog' },
  notThere: { en: 'There is no such part.', da: 'Den del findes ikke.' },
} as const

/** The parts of the operators' pages, in the order of the menu: a path below `/admin`, a title, and what is loaded when it is opened. */
const parts: readonly { readonly path: string; readonly title: Text; readonly component: ComponentType }[] = [
  {
    path: '',
    title: texts.overview,
    component: lazy(() => import('./overview/overview.tsx').then(({ Overview }) => Overview)),
  },
  {
    path: '/resources',
    title: texts.resources,
    component: lazy(() => import('./resources/resources.tsx').then(({ Resources }) => Resources)),
  },
  {
    path: '/integrations',
    title: texts.integrations,
    component: lazy(() => import('./integrations/integrations.tsx').then(({ Integrations }) => Integrations)),
  },
  {
    path: '/queues',
    title: texts.queues,
    component: lazy(() => import('./queues/queues-and-jobs.tsx').then(({ QueuesAndJobs }) => QueuesAndJobs)),
  },
  {
    path: '/errors',
    title: texts.errors,
    component: lazy(() => import('./errors/errors.tsx').then(({ Errors }) => Errors)),
  },
  {
    path: '/alerts',
    title: texts.alerts,
    component: lazy(() => import('./alerts/alerts.tsx').then(({ Alerts }) => Alerts)),
  },
  { path: '/events', title: texts.events, component: lazy(() => import('./events.tsx').then(({ Events }) => Events)) },
  { path: '/users', title: texts.users, component: lazy(() => import('./users.tsx').then(({ Users }) => Users)) },
  {
    path: '/journeys',
    title: texts.journeys,
    component: lazy(() => import('./journeys/journeys.tsx').then(({ Journeys }) => Journeys)),
  },
  { path: '/audit', title: texts.audit, component: lazy(() => import('./audit.tsx').then(({ Audit }) => Audit)) },
]

const NotThere = () => <Empty>{say(texts.notThere)}</Empty>

export const Operators = () => {
  const { path } = useLocation()
  useEffect(remember, [])
  if (!isOperator()) return <Empty>{say(words.notAllowed)}</Empty>
  return (
    <div class="operators">
      <nav class="side" aria-label={say(texts.menu)}>
        {parts.map(({ path: below, title }) => (
          <a
            key={below}
            href={`/admin${below}`}
            aria-current={path === `/admin${below}` || (below === '' && path === '/admin') ? 'page' : undefined}
          >
            {say(title)}
          </a>
        ))}
      </nav>
      <main>
        <Router>
          {parts.map(({ path: below, component }) => (
            <Route key={below} path={below === '' ? '/' : below} component={component} />
          ))}
          <Route default component={NotThere} />
        </Router>
      </main>
    </div>
  )
}
