/** A page of the application: its address, and the heading that stands over it. */
export interface Part {
  readonly path: string
  readonly title: string
  /** Tabs and the like that lie below the same heading. */
  readonly views?: readonly string[]
}

/** For everybody who is signed in. */
export const everybodysPages: readonly Part[] = [{ path: '/', title: 'Contacts' }]

/** For those who operate, in the order of their menu. */
export const operatorsParts: readonly Part[] = [
  { path: '/admin/queues', title: 'Queues and jobs', views: ['?tab=events', '?tab=sync-log'] },
  { path: '/admin/users', title: 'Users' },
]

export const allPages: readonly Part[] = [...everybodysPages, ...operatorsParts]

/** Every address at which there is something else to be seen. */
export const allViews: readonly Part[] = allPages.flatMap(({ path, title, views = [] }) =>
  ['', ...views].map((view) => ({ path: path + view, title })),
)
