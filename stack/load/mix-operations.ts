import type { Action } from './mix.ts'
import { pick } from './random.ts'
import type { Visitor } from './visitor.ts'

/** What the live page of the operators reads, and what they look up beside it. */
const looks = [
  'monitoring/snapshot',
  'monitoring/historical?hours=1',
  'monitoring/api-metrics?limit=50',
  'monitoring/alerts?status=active',
  'monitoring/errors?limit=20',
  'monitoring/error-groups?status=open',
  'monitoring/slow-queries',
  'monitoring/tables',
  'monitoring/jobs',
  'admin/backups?limit=5',
] as const

const look = ({ ask, apiUrl, random }: Visitor): Promise<Response> => {
  const secret = process.env.DF_ADMIN_SECRET || 'development-admin-secret'
  const headers = { authorization: `Bearer ${secret}` }
  return ask(`${apiUrl}/api/${pick(random, looks)}`, { headers }, [200])
}

/** A monitor elsewhere; 503 is an answer too. */
const askHealth = ({ ask, apiUrl }: Visitor): Promise<Response> => ask(`${apiUrl}/health`, {}, [200, 503])

/** Those who watch over the service. */
export const operationsMix: readonly Action[] = [
  { name: 'look at the monitoring', weight: 0.5, run: look },
  { name: 'ask how the service is', weight: 0.2, run: askHealth },
]
