import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeSecrets, providerCredentials, sandboxVariables } from './provider-credentials.ts'

/** Who runs in each image, as `user:` in docker-compose.yml and the images themselves say. */
export const users = {
  node: 1000,
  /** In the Debian image. It reads its password file as root before that. */
  postgres: 999,
  prometheus: 65534,
  alertmanager: 65534,
  loki: 10001,
  tempo: 10001,
  collector: 10001,
  grafana: 472,
} as const

export interface VolumesOptions {
  /** File name → content of what Alertmanager's configuration names under `secrets/`, by the token that the CRM knows it by. */
  readonly alertmanagerSecrets: (crmToken: string) => Readonly<Record<string, string>>
  /** Replaced in tests, which may not run as root. */
  readonly chown?: (path: string, user: number) => void
}

/**
 * Fills the volumes below `folder`, one folder each. The vault keeps what is random, so that a second start finds the
 * password that the database was made with; each other volume holds only what its one service may read.
 */
export function prepareVolumes(folder: string, { alertmanagerSecrets, chown = give }: VolumesOptions): void {
  const own = (volume: string, user: number): void => {
    const path = join(folder, volume)
    mkdirSync(path, { recursive: true })
    chown(path, user)
    chmodSync(path, 0o700)
  }
  const put = (volume: string, user: number, files: Readonly<Record<string, string>>): void => {
    own(volume, user)
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, volume, name)
      write(file, content)
      chown(file, user)
    }
  }
  const secret = (name: string): string => keptSecret(join(folder, 'vault', name))

  const database = secret('database-password')
  const oauth = secret('oauth-client-secret')
  // What the CRM shows to its providers, and they to it: the sandbox stands in for all of them.
  const providers = makeSecrets((name) => secret(`provider-${name}`))
  const alertmanager = secret('alertmanager-webhook-token')
  const opensTheCrm = {
    DF_ADMIN_SECRET: secret('admin-secret'),
    DF_MIDDLEWARE_API_KEY: secret('gateway-api-key'),
  }
  put('app-secrets', users.node, {
    env: lines({
      DATABASE_URL: `postgres://crm:${database}@postgres:5432/crm`,
      SESSION_SECRET: secret('session-secret'),
      PSEUDONYM_KEY: secret('pseudonym-key'),
      OAUTH_CLIENT_SECRET: oauth,
      ...opensTheCrm,
      ALERTMANAGER_WEBHOOK_TOKEN: alertmanager,
      ...providerCredentials(providers),
    }),
  })
  // The programs that traffic plays have them too.
  put('load-secrets', users.node, { env: lines(opensTheCrm) })
  put('sandbox-secrets', users.node, {
    env: lines({ SANDBOX_CLIENT_SECRET: oauth, ...sandboxVariables(providers) }),
  })
  put('postgres-secrets', users.postgres, { password: database })
  put('grafana-secrets', users.grafana, { 'admin-password': secret('grafana-admin-password') })
  put('alertmanager-secrets', users.alertmanager, alertmanagerSecrets(alertmanager))

  own('backups', users.node)
  own('collector', users.collector)
  own('prometheus', users.prometheus)
  own('alertmanager', users.alertmanager)
  own('loki', users.loki)
  own('tempo', users.tempo)
  own('grafana', users.grafana)
}

/** 32 random bytes in hexadecimal digits, which need no quoting anywhere; made when first asked for. */
function keptSecret(file: string): string {
  if (!existsSync(file)) write(file, randomBytes(32).toString('hex'))
  return readFileSync(file, 'utf8')
}

const lines = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

/** Whole or not at all: a start that is broken off leaves no half of a secret. */
function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, content, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function give(path: string, user: number): void {
  chownSync(path, user, user)
}
