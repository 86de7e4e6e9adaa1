import { z } from 'zod'

const list = z.string().transform((text) => text.split(',').flatMap((item) => item.trim() || []))

const variables = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  /** Where browsers reach it, where that is not the address that the service uses: in containers. */
  SANDBOX_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  SANDBOX_CLIENT_ID: z.string().default('crm'),
  SANDBOX_CLIENT_SECRET: z.string().default('sandbox-client-secret'),
  SANDBOX_REDIRECT_URIS: list.default([]),
})

export type Settings = z.output<typeof variables>

/** Reads the environment; an empty variable counts as unset. @throws Error naming every bad variable */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const result = variables.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}  ${message}`)
  throw new Error(`The sandbox's settings cannot be used:\n${lines.join('\n')}`)
}
