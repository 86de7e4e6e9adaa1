import { z } from 'zod'
import { httpUrl, type OutsideConfig, outsideOf, outsideVariables, sandboxCredentials } from './config-outside.ts'
import { logLevels } from './telemetry/logger.ts'
import { developmentPseudonymKey } from './telemetry/pseudonym.ts'

const environments = ['development', 'test', 'staging', 'production'] as const

/** The environments in which a secret may have a default: nothing there is worth stealing. */
const relaxed: readonly string[] = ['development', 'test']

/** The sandbox's own defaults, so that `npm start` needs no settings. */
const developmentSecrets = {
  SESSION_SECRET: 'development-session-secret-of-32-characters',
  PSEUDONYM_KEY: developmentPseudonymKey,
  OAUTH_CLIENT_SECRET: 'sandbox-client-secret',
  DF_ADMIN_SECRET: 'development-admin-secret',
  DF_MIDDLEWARE_API_KEY: 'development-gateway-key',
  ALERTMANAGER_WEBHOOK_TOKEN: 'development-alertmanager-token',
  ...sandboxCredentials,
} as const

/** The problem says what is wrong with a variable, and what to do about it. It never shows the value: it may be a secret. */
const port = (name: string, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, {
      error: `must be a whole number from 0 to 65535. Example: ${name}=${fallback}`,
    })
    .transform(Number)

const days = (name: string, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1, {
      error: `must be a whole number of days, 1 or more. Example: ${name}=${fallback}`,
    })
    .transform(Number)

const secret = (shortest: number, hint: string) =>
  z
    .string({ error: `is missing; it has no default outside development. ${hint}` })
    .min(shortest, { error: `must have at least ${shortest} characters. ${hint}` })

const emails = z
  .string()
  .transform((text) => text.split(',').flatMap((email) => email.trim().toLowerCase() || []))
  .pipe(z.array(z.email({ error: 'must be e-mail addresses separated by commas. Example: admin@crm.example' })))

const variables = z.object({
  APP_ENV: z
    .enum(environments, { error: `must be one of ${environments.join(', ')}. Example: APP_ENV=production` })
    .default('development'),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}. Example: LOG_LEVEL=info` }))
    .optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port('PORT', 3000),
  PUBLIC_URL: httpUrl('PUBLIC_URL=https://crm.example').default('http://127.0.0.1:3000'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be a PostgreSQL address. Example: postgres://user:password@host:5432/database',
    })
    .optional(),
  SESSION_SECRET: secret(32, 'Make one with: openssl rand -hex 32'),
  PSEUDONYM_KEY: secret(32, 'Make one with: openssl rand -hex 32'),
  OAUTH_ISSUER_URL: httpUrl('OAUTH_ISSUER_URL=https://accounts.example').default('http://127.0.0.1:4000/oauth'),
  OAUTH_CLIENT_ID: z.string().default('crm'),
  OAUTH_CLIENT_SECRET: secret(1, 'Copy it from the sign-in provider.'),
  ENRICHMENT_BASE_URL: httpUrl('ENRICHMENT_BASE_URL=https://enrichment.example').default(
    'http://127.0.0.1:4000/enrichment',
  ),
  ADMIN_EMAILS: emails.default(['admin@crm.example']),
  DF_ADMIN_SECRET: secret(16, 'Make one with: openssl rand -hex 32'),
  DF_MIDDLEWARE_API_KEY: secret(16, 'Make one with: openssl rand -hex 32'),
  ALERTMANAGER_WEBHOOK_TOKEN: secret(16, 'Make one with: openssl rand -hex 32'),
  MCP_PORT: port('MCP_PORT', 3002),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a Redis address. Example: REDIS_URL=redis://127.0.0.1:6379' })
    .optional(),
  PROMETHEUS_URL: httpUrl('PROMETHEUS_URL=http://127.0.0.1:9090').default('http://127.0.0.1:9090'),
  ALERTMANAGER_URL: httpUrl('ALERTMANAGER_URL=http://127.0.0.1:9093').default('http://127.0.0.1:9093'),
  TEMPO_URL: httpUrl('TEMPO_URL=http://127.0.0.1:3200').optional(),
  DASHBOARDS_URL: httpUrl('DASHBOARDS_URL=https://grafana.example').default('http://127.0.0.1:3001'),
  RUNBOOKS_URL: httpUrl('RUNBOOKS_URL=https://runbooks.example').default('http://127.0.0.1:3001/runbooks'),
  BACKUP_DIR: z.string().optional(),
  EVENT_RETENTION_DAYS: days('EVENT_RETENTION_DAYS', 365),
  OPERATIONS_RETENTION_DAYS: days('OPERATIONS_RETENTION_DAYS', 35),
  CLIENT_REGION_HEADER: z.string().optional(),
  ...outsideVariables.shape,
})

type Variables = z.infer<typeof variables>

/** The service's settings, read once at start and frozen. */
export interface Config {
  readonly environment: (typeof environments)[number]
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Where browsers reach the service, without a slash at the end. */
  readonly publicUrl: string
  /** Undefined: use the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  /** Signs what the browser keeps during sign-in. */
  readonly sessionSecret: string
  readonly oauth: { readonly issuerUrl: string; readonly clientId: string; readonly clientSecret: string }
  readonly enrichmentBaseUrl: string
  /** Lower case. Who gets the role admin at sign-in. */
  readonly adminEmails: readonly string[]
  /** Opens what operators may do, as a bearer token. */
  readonly adminSecret: string
  /** What callers of the gateway to Verity send. */
  readonly gatewayApiKey: string
  /** What Alertmanager sends with its notifications. */
  readonly alertmanagerToken: string
  readonly mcpPort: number
  /** Undefined: the cache lives in the process. */
  readonly redisUrl: string | undefined
  readonly prometheusUrl: string
  readonly alertmanagerUrl: string
  /** Where traces are searched; undefined: they cannot be shown. */
  readonly tempoUrl: string | undefined
  /** Where browsers of operators find the dashboards (`/d/<uid>`), and each alert's runbook; without a slash at the end. */
  readonly dashboardsUrl: string
  readonly runbooksUrl: string
  /** Where backups are kept; undefined: no backups are made. */
  readonly backupFolder: string | undefined
  readonly retentionDays: {
    /** Business events and user activity. */
    readonly events: number
    /** Webhooks, sync logs, snapshots, errors, alerts. */
    readonly operations: number
  }
  /** The header in which a proxy names the client's region (`cf-ipcountry`, `x-client-region`); undefined: unknown. */
  readonly clientRegionHeader: string | undefined
  readonly outside: OutsideConfig
}

/** One bad variable: `name problem`, with the remedy in the problem. */
export interface ConfigProblem {
  readonly variable: string
  readonly problem: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const widest = Math.max(...problems.map(({ variable }) => variable.length))
    const lines = problems.map(({ variable, problem }) => `  ${variable.padEnd(widest)}  ${problem}`)
    super(`The settings cannot be used:\n${lines.join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads the environment. An empty variable counts as unset.
 * @throws ConfigError with every bad variable at once
 */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): Config => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const isRelaxed = relaxed.includes(given.APP_ENV ?? 'development')
  const result = variables.safeParse(isRelaxed ? { ...developmentSecrets, ...given } : given)
  const problems = result.success ? [] : result.error.issues.map(problemOf)
  if (!isRelaxed) problems.push(...missingOutsideDevelopment(given))
  if (!result.success || problems.length > 0) throw new ConfigError(oncePerVariable(problems))
  return freeze(result.data)
}

const problemOf = ({ path, message }: z.core.$ZodIssue): ConfigProblem => ({
  variable: String(path[0]),
  problem: message,
})

/** What development has a default for that would be wrong, or unsafe, anywhere else. */
const missingOutsideDevelopment = (given: Readonly<Record<string, string | undefined>>): ConfigProblem[] =>
  (['DATABASE_URL', 'PUBLIC_URL', 'OAUTH_ISSUER_URL'] as const)
    .filter((variable) => given[variable] === undefined)
    .map((variable) => ({ variable, problem: 'is missing; it has no default outside development.' }))

const oncePerVariable = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  [...new Map(problems.toReversed().map((one) => [one.variable, one])).values()].reverse()

const freeze = (read: Variables): Config =>
  Object.freeze({
    environment: read.APP_ENV,
    host: read.HOST,
    port: read.PORT,
    publicUrl: read.PUBLIC_URL,
    databaseUrl: read.DATABASE_URL,
    sessionSecret: read.SESSION_SECRET,
    oauth: Object.freeze({
      issuerUrl: read.OAUTH_ISSUER_URL,
      clientId: read.OAUTH_CLIENT_ID,
      clientSecret: read.OAUTH_CLIENT_SECRET,
    }),
    enrichmentBaseUrl: read.ENRICHMENT_BASE_URL,
    adminEmails: Object.freeze(read.ADMIN_EMAILS),
    adminSecret: read.DF_ADMIN_SECRET,
    gatewayApiKey: read.DF_MIDDLEWARE_API_KEY,
    alertmanagerToken: read.ALERTMANAGER_WEBHOOK_TOKEN,
    mcpPort: read.MCP_PORT,
    redisUrl: read.REDIS_URL,
    prometheusUrl: read.PROMETHEUS_URL,
    alertmanagerUrl: read.ALERTMANAGER_URL,
    tempoUrl: read.TEMPO_URL,
    dashboardsUrl: read.DASHBOARDS_URL,
    runbooksUrl: read.RUNBOOKS_URL,
    backupFolder: read.BACKUP_DIR,
    retentionDays: Object.freeze({ events: read.EVENT_RETENTION_DAYS, operations: read.OPERATIONS_RETENTION_DAYS }),
    clientRegionHeader: read.CLIENT_REGION_HEADER,
    outside: Object.freeze(outsideOf(read)),
  })

/** For entry points: the settings, or every problem on stderr and exit code 1. */
export const readConfigOrExit = (): Config => {
  try {
    return readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
