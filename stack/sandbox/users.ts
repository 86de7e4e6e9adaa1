/** Who can sign in. `sub` is what an identity provider promises never to change or reuse. */
export interface User {
  readonly sub: string
  readonly email: string
  readonly name: string
  /** For the person who chooses one on the page. */
  readonly about: string
}

export const users: readonly User[] = [
  { sub: 'sandbox|1001', email: 'admin@crm.example', name: 'Astrid Holm', about: 'administrator of crm.example' },
  { sub: 'sandbox|1002', email: 'anna@crm.example', name: 'Anna Sørensen', about: 'member of crm.example' },
  { sub: 'sandbox|1003', email: 'bo@crm.example', name: 'Bo Nielsen', about: 'member of crm.example' },
  {
    sub: 'sandbox|2001',
    email: 'eve@other.example',
    name: 'Eve Winther',
    about: 'of another workspace, other.example',
  },
]

/** E-mail addresses are compared without regard to case, as people type them. */
export const findUser = (email: string): User | undefined =>
  users.find((user) => user.email === email.trim().toLowerCase())
