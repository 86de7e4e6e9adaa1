import type { Action } from './mix.ts'
import { pick } from './random.ts'
import type { Visitor } from './visitor.ts'

const providers = ['salesforce', 'hubspot', 'ghl'] as const

/** One integration per provider and workspace, made once; then somebody is impatient and does not wait for the schedule. */
async function synchronize({ client, random }: Visitor): Promise<void> {
  const response = await client.api.integrations.$get({ query: {} })
  if (response.status !== 200) return
  const { integrations } = await response.json()
  const missing = providers.find((provider) => !integrations.some((one) => one.provider === provider))
  if (missing) {
    await client.api.integrations.$post({ json: { provider: missing, frequencySeconds: 120 } })
    return
  }
  const { id } = pick(random, integrations)
  await client.api.integrations[':id'].sync.$post({ param: { id }, json: {} })
}

const reports = ['stats', 'health', 'sync-activity?limit=100', 'errors?limit=50', 'performance'] as const

/** An operator looks at one of the five parts of the integrations' page. */
const look = ({ ask, apiUrl, random }: Visitor): Promise<Response> => {
  const secret = process.env.DF_ADMIN_SECRET || 'development-admin-secret'
  const headers = { authorization: `Bearer ${secret}` }
  return ask(`${apiUrl}/api/admin/integrations/${pick(random, reports)}`, { headers }, [200])
}

/** Synchronization with other CRMs, and those who watch over it. */
export const integrationsMix: readonly Action[] = [
  { name: 'synchronize', weight: 0.5, run: synchronize },
  { name: 'look at the integrations', weight: 0.5, run: look },
]
