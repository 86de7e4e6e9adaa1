import { parseArgs } from 'node:util'
import { z } from 'zod'

export const usage = `Traffic for a CRM that runs.

  node stack/load/main.ts [--rps 8] [--seconds 0] [--json]

  --rps      actions begun each second, 0.1 to 200
  --seconds  how long, from the first action on; 0: until stopped
  --json     the closing table as JSON on stdout, everything else on stderr

  API_URL               the CRM (http://127.0.0.1:3000, plus STACK_PORT_OFFSET)
  COLLECTOR_HEALTH_URL  when given, traffic waits until it answers 200`

const schema = z.object({
  rps: z.coerce.number({ error: 'must be a number' }).min(0.1).max(200).default(8),
  seconds: z.coerce.number({ error: 'must be a number' }).min(0).default(0),
  json: z.boolean().default(false),
  API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .transform((url) => url.replace(/\/+$/, '')),
  COLLECTOR_HEALTH_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
})

export type Settings = z.output<typeof schema>

/** The api of the stack whose ports this environment names. */
const defaultApi = (env: NodeJS.ProcessEnv): string => `http://127.0.0.1:${3000 + Number(env.STACK_PORT_OFFSET || 0)}`

/** @throws Error naming everything that is wrong in the command line and the environment */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const { values } = parseArgs({
    args,
    options: { rps: { type: 'string' }, seconds: { type: 'string' }, json: { type: 'boolean' } },
  })
  const addresses = Object.fromEntries(
    (['API_URL', 'COLLECTOR_HEALTH_URL'] as const).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  )
  const result = schema.safeParse({ ...values, API_URL: defaultApi(env), ...addresses })
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}  ${message}`)
  throw new Error(`These settings cannot be used:\n${lines.join('\n')}\n\n${usage}`)
}
