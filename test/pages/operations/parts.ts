/** A page of the application: its address, and the heading that stands over it. */
export interface Part {
  readonly path: string
  readonly title: string
  /** Tabs and the like that lie below the same heading. */
  readonly views?: readonly string[]
}

/** For everybody who is signed in. */
export const everybodysPages: readonly Part[] = [
  { path: '/', title: 'Contacts' },
  { path: '/leads', title: 'Leads' },
  { path: '/deals', title: 'Deals' },
]

/** For those who operate, in the order of their menu. */
export const operatorsParts: readonly Part[] = [
  { path: '/admin', title: 'Overview' },
  { path: '/admin/resources', title: 'Resources' },
  {
    path: '/admin/integrations',
    title: 'Integrations',
    views: ['?tab=health', '?tab=activity', '?tab=errors', '?tab=performance'],
  },
  { path: '/admin/queues', title: 'Queues and jobs', views: ['?tab=jobs', '?tab=events', '?tab=sync-log'] },
  { path: '/admin/errors', title: 'Errors' },
  { path: '/admin/alerts', title: 'Alerts', views: ['?tab=history'] },
  { path: '/admin/events', title: 'Events' },
  { path: '/admin/users', title: 'Users' },
  { path: '/admin/journeys', title: 'Journeys', views: ['?trace=0af7651916cd43dd8448eb211c80319c'] },
  { path: '/admin/audit', title: 'Audit log' },
]

export const allPages: readonly Part[] = [...everybodysPages, ...operatorsParts]

/** Every address at which there is something else to be seen. */
export const allViews: readonly Part[] = allPages.flatMap(({ path, title, views = [] }) =>
  ['', ...views].map((view) => ({ path: path + view, title })),
)
