import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareVolumes } from './volumes.ts'

let folder: string
let owners: Map<string, number>

const prepare = (alertmanagerSecrets: Record<string, string> = {}) =>
  prepareVolumes(folder, {
    alertmanagerSecrets: (crmToken) => ({ ...alertmanagerSecrets, 'crm-alerts-token': crmToken }),
    chown: (path, user) => owners.set(path.slice(folder.length + 1), user),
  })
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'volumes-'))
  owners = new Map()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the first start', () => {
  it('makes secrets of 256 bits, no two alike', () => {
    prepare()
    const secrets = readdirSync(join(folder, 'vault')).map((name) => read(`vault/${name}`))
    expect(secrets).toHaveLength(21)
    expect(new Set(secrets).size).toBe(21)
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{64}$/)
  })

  it('hands out the same password to a service and to what it signs in at', () => {
    prepare()
    const password = read('postgres-secrets/password')
    expect(read('app-secrets/env')).toContain(`DATABASE_URL=postgres://crm:${password}@postgres:5432/crm\n`)
    const client = /^SANDBOX_CLIENT_SECRET=(\w{64})$/m.exec(read('sandbox-secrets/env'))?.[1]
    expect(read('app-secrets/env')).toContain(`OAUTH_CLIENT_SECRET=${client}\n`)
  })

  it('makes what callers of the CRM show', () => {
    prepare()
    for (const name of ['DF_ADMIN_SECRET', 'DF_MIDDLEWARE_API_KEY', 'ALERTMANAGER_WEBHOOK_TOKEN'])
      expect(read('app-secrets/env')).toMatch(new RegExp(`^${name}=[0-9a-f]{64}$`, 'm'))
    for (const line of read('load-secrets/env').trimEnd().split('\n'))
      expect(read('app-secrets/env')).toContain(`${line}\n`)
  })

  it('makes what the CRM and its providers show each other', () => {
    prepare()
    const of = (variable: string, file: string) => new RegExp(`^${variable}=(.+)$`, 'm').exec(read(file))?.[1]
    for (const [ours, theirs] of [
      ['BILLY_ACCESS_TOKEN', 'SANDBOX_BILLY_TOKEN'],
      ['VERITY_API_KEY', 'SANDBOX_VERITY_KEY'],
      ['VERITY_WEBHOOK_SECRET', 'SANDBOX_VERITY_WEBHOOK_SECRET'],
      ['HUBSPOT_CLIENT_SECRET', 'SANDBOX_HUBSPOT_SECRET'],
    ] as const) {
      expect(of(ours, 'app-secrets/env'), ours).toMatch(/^\w{64}$/)
      expect(of(ours, 'app-secrets/env'), ours).toBe(of(theirs, 'sandbox-secrets/env'))
    }
    // The public half of the key that the sandbox makes of its seed: 32 bytes in base64.
    expect(of('GHL_WEBHOOK_PUBLIC_KEY', 'app-secrets/env')).toMatch(/^[\w+/]{43}=$/)
  })

  it('writes what Alertmanager’s configuration names', () => {
    prepare({ slack_url: 'http://sandbox:4000/inbox/slack_url' })
    expect(read('app-secrets/env')).toContain(
      `ALERTMANAGER_WEBHOOK_TOKEN=${read('alertmanager-secrets/crm-alerts-token')}\n`,
    )
    expect(read('alertmanager-secrets/slack_url')).toBe('http://sandbox:4000/inbox/slack_url')
    expect(owners.get('alertmanager-secrets/slack_url')).toBe(65534)
  })

  it('gives each volume to the user of its image, and to nobody else', () => {
    prepare()
    expect(Object.fromEntries(owners)).toEqual({
      'alertmanager-secrets/crm-alerts-token': 65534,
      'app-secrets': 1000,
      'app-secrets/env': 1000,
      'load-secrets': 1000,
      'load-secrets/env': 1000,
      'sandbox-secrets': 1000,
      'sandbox-secrets/env': 1000,
      'postgres-secrets': 999,
      'postgres-secrets/password': 999,
      'grafana-secrets': 472,
      'grafana-secrets/admin-password': 472,
      'alertmanager-secrets': 65534,
      backups: 1000,
      collector: 10001,
      prometheus: 65534,
      alertmanager: 65534,
      loki: 10001,
      tempo: 10001,
      grafana: 472,
    })
    for (const path of [...owners.keys(), 'vault/session-secret'])
      expect(statSync(join(folder, path)).mode & 0o077, path).toBe(0)
  })
})

describe('a later start', () => {
  it('keeps every secret', () => {
    prepare()
    const before = [read('app-secrets/env'), read('grafana-secrets/admin-password')]
    prepare()
    expect([read('app-secrets/env'), read('grafana-secrets/admin-password')]).toEqual(before)
  })

  it('writes anew what a service lost', () => {
    prepare()
    const before = read('app-secrets/env')
    rmSync(join(folder, 'app-secrets'), { recursive: true })
    prepare()
    expect(read('app-secrets/env')).toBe(before)
    expect(existsSync(join(folder, 'app-secrets', 'env.new'))).toBe(false)
  })
})
