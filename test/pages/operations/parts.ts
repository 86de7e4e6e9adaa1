/** A page of the application: its address, and the heading that stands over it. */
export interface Part {
  readonly path: string
  readonly title: string
}

/** For everybody who is signed in. */
export const everybodysPages: readonly Part[] = [{ path: '/', title: 'Contacts' }]

/** For those who operate, in the order of their menu. */
export const operatorsParts: readonly Part[] = [{ path: '/admin/users', title: 'Users' }]

export const allPages: readonly Part[] = [...everybodysPages, ...operatorsParts]
