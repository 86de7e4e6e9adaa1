import type { ComponentType } from 'preact'
import { lazy, Route, Router, useLocation } from 'preact-iso'
import { say, type Text } from '../language.ts'
import { isOperator } from '../session.ts'
import { Empty } from '../ui/card.tsx'
import { words } from '../ui/texts.ts'

const texts = {
  menu: { en: 'Operations', da: 'Drift' },
  integrations: { en: 'Integrations', da: 'Integrationer' },
  queues: { en: 'Queues and jobs', da: 'Køer og job' },
  errors: { en: 'Errors', da: 'Fejl' },
  events: { en: 'Events', da: 'Hændelser' },
  users: { en: 'Users', da: 'Brugere' },
  notThere: { en: 'There is no such part.', da: 'Den del findes ikke.' },
} as const

/** The parts of the operators' pages, in the order of the menu: a path below `/admin`, a title, and what is loaded when it is opened. */
const parts: readonly { readonly path: string; readonly title: Text; readonly component: ComponentType }[] = [
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
  { path: '/events', title: texts.events, component: lazy(() => import('./events.tsx').then(({ Events }) => Events)) },
  { path: '/users', title: texts.users, component: lazy(() => import('./users.tsx').then(({ Users }) => Users)) },
]

const NotThere = () => <Empty>{say(texts.notThere)}</Empty>

export const Operators = () => {
  const { path } = useLocation()
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
