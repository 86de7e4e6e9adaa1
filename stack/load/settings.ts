import { parseArgs } from 'node:util'
import { z } from 'zod'

export const usage = `Traffic for a CRM that runs.

  node stack/load/main.ts [--rps 8] [--seconds 0] [--soak] [--json]

  --rps      actions begun each second, 0.1 to 200
  --seconds  how long, from the first action on; 0: until stopped
  --soak     with webhooks and with trouble outside by schedule, at 50 a second for ten minutes unless said otherwise; then
             looks for what was lost, stuck or leaked, prints each figure beside its limit, and exits with 1 above one
  --json     the closing table as JSON on stdout, everything else on stderr

  API_URL               the CRM (http://127.0.0.1:3000, plus STACK_PORT_OFFSET)
  COLLECTOR_HEALTH_URL  when given, traffic waits until it answers 200
  MCP_URL               the MCP server (http://127.0.0.1:3002, plus STACK_PORT_OFFSET)
  DF_ADMIN_SECRET, DF_MIDDLEWARE_API_KEY  what opens it, and the gateway to Verity (development's)
  SANDBOX_URL           what happens outside is asked of it (http://127.0.0.1:4000, plus STACK_PORT_OFFSET)
  PROMETHEUS_URL        for --soak; the stack's own by default`

const address = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
  .transform((url) => url.replace(/\/+$/, ''))

const schema = z.object({
  rps: z.coerce.number({ error: 'must be a number' }).min(0.1).max(200),
  seconds: z.coerce.number({ error: 'must be a number' }).min(0),
  soak: z.boolean(),
  json: z.boolean().default(false),
  API_URL: address,
  SANDBOX_URL: address,
  PROMETHEUS_URL: address,
  DF_ADMIN_SECRET: z.string().default('development-admin-secret'),
  COLLECTOR_HEALTH_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
})

export type Settings = z.output<typeof schema>

/** A server of the stack whose ports this environment names. */
const local = (env: NodeJS.ProcessEnv, port: number): string =>
  `http://127.0.0.1:${port + Number(env.STACK_PORT_OFFSET || 0)}`

/** @throws Error naming everything that is wrong in the command line and the environment */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const { values } = parseArgs({
    args,
    options: {
      rps: { type: 'string' },
      seconds: { type: 'string' },
      soak: { type: 'boolean', default: false },
      json: { type: 'boolean' },
    },
  })
  const given = Object.fromEntries(
    (['API_URL', 'COLLECTOR_HEALTH_URL', 'SANDBOX_URL', 'PROMETHEUS_URL', 'DF_ADMIN_SECRET'] as const).flatMap(
      (name) => (env[name] ? [[name, env[name]]] : []),
    ),
  )
  const pace = values.soak ? { rps: 50, seconds: 600 } : { rps: 8, seconds: 0 }
  const places = { API_URL: local(env, 3000), SANDBOX_URL: local(env, 4000), PROMETHEUS_URL: local(env, 9090) }
  const result = schema.safeParse({ ...pace, ...values, ...places, ...given })
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}  ${message}`)
  throw new Error(`These settings cannot be used:\n${lines.join('\n')}\n\n${usage}`)
}
