/** The typed client knows every route, its parameters and its answers. Checked by `npm run typecheck`; it never runs. */
import { hc, type InferRequestType, type InferResponseType } from 'hono/client'
import type { AppType } from './server.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isTrue = <T extends true>(): T => true as T

const client = hc<AppType>('http://127.0.0.1:3000')

type Created = InferResponseType<typeof client.api.contacts.$post, 201>
isTrue<Equal<Created['name'], string>>()
isTrue<Equal<Created['email'], string | null>>()
isTrue<Equal<InferRequestType<(typeof client.api.contacts)[':id']['$get']>['param'], { id: string }>>()
isTrue<Equal<InferResponseType<typeof client.api.contacts.$get, 200>['nextCursor'], string | null>>()
isTrue<
  Equal<
    InferResponseType<typeof client.api.leads.$post, 201>['status'],
    'new' | 'contacted' | 'qualified' | 'won' | 'lost'
  >
>()
isTrue<Equal<InferResponseType<typeof client.api.auth.me.$get, 200>['user']['role'], 'member' | 'admin'>>()
isTrue<Equal<InferResponseType<typeof client.api.contacts.$post, 422>['detail'], string>>()
isTrue<Equal<InferResponseType<typeof client.health.live.$get>, { status: 'ok' }>>()

// @ts-expect-error there is no such route
client.api.customers
// @ts-expect-error a name is required
client.api.contacts.$post({ json: {} })
// @ts-expect-error a name is text
client.api.contacts.$post({ json: { name: 5 } })
// @ts-expect-error the id is missing
client.api.contacts[':id'].$get()
// @ts-expect-error not a status of leads
client.api.leads[':id'].$patch({ param: { id: 'x' }, json: { status: 'sold' } })
