import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { sandboxCredentials } from '../../app/config-outside.ts'
import { appEnv } from '../../stack/app-env.ts'
import { ports } from '../../stack/ports.ts'
import { readSettings, secretsOf } from '../../stack/sandbox/settings.ts'
import { makeSecrets, providerCredentials, sandboxVariables } from '../../stack/servers/init/provider-credentials.ts'
import { servers } from '../../stack/servers/servers.ts'
import type { Stack } from '../../stack/service.ts'
import { services } from '../../stack/services.ts'
import * as rules from './compose-rules.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFile(join(root, file), 'utf8')

let text: string
/** A new copy each time, so that a test may break it. */
const compose = (): rules.Compose => structuredClone(parse(text, { merge: true }))
const broken = (change: (compose: rules.Compose) => void): rules.Compose => {
  const copy = compose()
  change(copy)
  return copy
}
const service = (copy: rules.Compose, name: string): rules.ComposeService => copy.services[name] ?? expect.fail(name)

beforeAll(async () => {
  text = await read('docker-compose.yml')
})

it('is valid by the schema of the compose specification', async (context) => {
  const problems = await rules.schemaRule().catch((error: Error) => context.skip(error.message))
  expect(problems(compose())).toEqual([])
  expect(problems(broken((copy) => Object.assign(service(copy, 'api'), { restrat: 'always' })))).toEqual([
    '/services/api must NOT have unevaluated properties',
  ])
  expect(problems(broken((copy) => Object.assign(service(copy, 'api'), { command: 5 })))).not.toEqual([])
})

describe('the table of services', () => {
  it('stands in it, with what only containers need', () => {
    expect(Object.keys(compose().services).sort()).toEqual([
      'alertmanager',
      'api',
      'console',
      'grafana',
      'init',
      'load',
      'loki',
      'mcp',
      'node-exporter',
      'otel-collector',
      'postgres',
      'probe',
      'prometheus',
      'sandbox',
      'tempo',
      'valkey',
      'worker',
    ])
  })

  it('has the same services otherwise', () => {
    const native = Object.entries(services).map(([name, { compose: other }]) => other ?? name)
    expect([...native, 'init', 'probe', 'valkey'].sort()).toEqual(Object.keys(compose().services).sort())
  })

  it('has the same ports, on 127.0.0.1', () => {
    expect(rules.publishedLocally(compose())).toEqual([])
    expect(rules.publishedPorts(compose())).toEqual({
      postgres: [54329],
      sandbox: [4000, 4025, 4026],
      'otel-collector': [4317, 4318, 8888, 13133],
      api: [3000, 9464],
      worker: [9465],
      mcp: [3002, 9466],
      console: [3003],
      prometheus: [9090],
      alertmanager: [9093],
      'node-exporter': [9100],
      loki: [3100, 9095],
      tempo: [3200, 9096, 14317],
      grafana: [3001],
      valkey: [63790],
    })
  })

  it('and each of them is that of the native table', () => {
    const published = rules.publishedPorts(compose())
    for (const [name, native] of Object.entries(ports)) {
      const other = services[name as keyof typeof ports].compose ?? name
      // Beside Grafana, which always runs here.
      const expected = name === 'console' ? [3003] : Object.values<number>(native).sort((a, b) => a - b)
      expect(published[other] ?? [], name).toEqual(expected)
    }
  })

  it('runs the same versions', () => {
    const version = (name: string) => service(compose(), name).image?.split(':v').at(-1)?.split(':').at(-1)
    for (const [name, { version: native }] of Object.entries(servers)) {
      expect(version(services[name as keyof typeof servers].compose ?? name), name).toBe(native)
    }
  })

  it('starts servers with the same flags', () => {
    const stack: Stack = {
      place: { offset: 0, data: '/data', run: '/run' },
      has: () => true,
      binary: (_, name) => name,
      env: {},
    }
    const names = (args: readonly string[]) =>
      args
        .filter((it) => it.startsWith('-'))
        .map((it) => it.split('=')[0])
        .sort()
    for (const name of ['otelcol', 'prometheus', 'alertmanager', 'node-exporter', 'loki', 'tempo'] as const) {
      const { command = [] } = service(compose(), services[name].compose ?? name)
      const onlyHere = name === 'node-exporter' ? ['--path.rootfs'] : []
      expect(names(command), name).toEqual([...names(services[name].command(stack).args), ...onlyHere].sort())
    }
  })
})

describe('what a container meets when it starts', () => {
  it('mounts files that exist, read-only, and volumes that are declared', () => {
    expect(rules.mountsExist(compose())).toEqual([])
    expect(rules.volumesAreDeclared(compose())).toEqual([])
  })

  it('names an image by its version', () => {
    expect(rules.imagesArePinned(compose())).toEqual([])
  })

  it('waits for what can happen', () => {
    expect(rules.dependenciesCanBeMet(compose())).toEqual([])
  })

  it('has a health check, or is watched by one', () => {
    const without = Object.entries(compose().services).flatMap(([name, it]) => (it.healthcheck ? [] : [name]))
    // The collector's is `probe`; `init` ends; nobody waits for traffic.
    expect(without.sort()).toEqual(['init', 'load', 'otel-collector'])
    expect(service(compose(), 'probe').healthcheck?.test).toContain('http://otel-collector:13133/')
  })

  it('needs no shell where the image has none', () => {
    expect(service(compose(), 'loki').healthcheck?.test).toEqual(['CMD', '/usr/bin/loki', '-health'])
    expect(service(compose(), 'tempo').healthcheck?.test).toEqual(['CMD', '/tempo', '-health'])
    expect(text).not.toContain('CMD-SHELL')
  })

  it('is limited in memory and in rights, and started again', () => {
    expect(rules.servicesAreLimited(compose())).toEqual([])
  })

  it('finds the others by name', () => {
    const collector = ['otel-collector.yaml', 'stack/servers/otelcol/tempo.yaml']
    expect(rules.addressesAreSet(compose(), 'otel-collector', collector)).toEqual([])
    expect(rules.addressesAreSet(compose(), 'loki', ['stack/servers/loki/loki.yaml'])).toEqual([])
    expect(rules.addressesAreSet(compose(), 'tempo', ['stack/servers/tempo/tempo.yaml'])).toEqual([])
  })

  it('finds the secrets that Alertmanager’s file names, which are relative to where it runs', () => {
    const { working_dir: folder, volumes } = service(compose(), 'alertmanager')
    expect(volumes).toContain(`alertmanager-secrets:${folder}/secrets:ro`)
  })

  it('is found by Prometheus and the collector', async () => {
    const groups: { targets: string[] }[] = [
      ...JSON.parse(await read('stack/servers/prometheus/targets/servers.json')),
      ...JSON.parse(await read('stack/servers/prometheus/targets/alertmanagers.json')),
    ]
    const { API_METRICS, WORKER_METRICS, MCP_METRICS } = service(compose(), 'otel-collector').environment ?? {}
    const published = rules.publishedPorts(compose())
    const ours = [API_METRICS, WORKER_METRICS, MCP_METRICS].map((address) => address ?? 'missing')
    for (const target of [...groups.flatMap(({ targets }) => targets), ...ours]) {
      const [name = '', port] = target.split(':')
      expect(published[name], target).toContain(Number(port))
    }
  })

  it('is named in each signal by the address at which it is scraped', () => {
    for (const [name, address] of [
      ['api', 'api:9464'],
      ['worker', 'worker:9465'],
      ['mcp', 'mcp:9466'],
    ] as const) {
      expect(service(compose(), name).environment).toMatchObject({
        OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${address}`,
        OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
        OTEL_EXPORTER_PROMETHEUS_PORT: address.split(':')[1],
      })
    }
  })
})

describe('the CRM’s processes', () => {
  const ours = ['api', 'worker', 'mcp']
  const native = appEnv(
    { place: { offset: 0, data: '/data', run: '/run' }, has: () => true, binary: () => '', env: {} },
    '',
  )
  /** With the user's password in it, so it comes from `init`. */
  const secret = ['DATABASE_URL']

  it('are given every variable that they are given natively', () => {
    for (const name of ours) {
      const given = Object.keys(service(compose(), name).environment ?? {})
      expect(Object.keys(native).filter((variable) => ![...given, ...secret].includes(variable))).toEqual([])
    }
  })

  it('reach the sandbox, the backends and the cache by their names there', () => {
    // Where browsers find us, and what we link to.
    const ofBrowsers = ['PUBLIC_URL', 'DASHBOARDS_URL', 'RUNBOOKS_URL']
    for (const name of ours) {
      const given = service(compose(), name).environment ?? {}
      for (const variable of ofBrowsers) expect(given[variable], variable).toBe(native[variable])
      for (const [variable, value] of Object.entries(given).filter(([, it]) => /^\w+:\/\//.test(it))) {
        if (ofBrowsers.includes(variable)) continue
        expect(Object.keys(compose().services), variable).toContain(new URL(value).hostname)
        // The same path as natively.
        const local = native[variable]
        if (local) expect(new URL(value).pathname, variable).toBe(new URL(local).pathname)
      }
    }
  })

  it('are given the same credentials of providers as in development', () => {
    const credentials = Object.entries(sandboxCredentials).filter(([name]) => !/_URL$/.test(name))
    expect(providerCredentials()).toEqual(Object.fromEntries(credentials))
  })

  it('have secrets with the sandbox that it reads as they were made', () => {
    const made = makeSecrets((name) => `made-${name}`)
    expect(secretsOf(readSettings(sandboxVariables(made)))).toEqual({ ...made, gmailAudience: 'crm-gmail-push' })
  })

  it('can keep backups', () => {
    const { environment, volumes } = service(compose(), 'worker')
    expect(volumes).toContain(`backups:${environment?.BACKUP_DIR}`)
  })
})

describe('secrets', () => {
  it('do not stand in the file', () => {
    expect(rules.holdsNoSecret(text)).toEqual([])
  })

  it('are read by nobody but their own service', () => {
    const readers = Object.entries(compose().services).flatMap(([name, { volumes = [] }]) =>
      volumes.filter((it) => /^(vault|\w+-secrets):/.test(it) && name !== 'init').map((it) => `${name} ${it}`),
    )
    expect(readers.sort()).toEqual([
      'alertmanager alertmanager-secrets:/etc/alertmanager/secrets:ro',
      'api app-secrets:/run/secrets:ro',
      'grafana grafana-secrets:/run/secrets:ro',
      'load load-secrets:/run/secrets:ro',
      'mcp app-secrets:/run/secrets:ro',
      'postgres postgres-secrets:/run/secrets:ro',
      'sandbox sandbox-secrets:/run/secrets:ro',
      'worker app-secrets:/run/secrets:ro',
    ])
  })
})

it('builds images that do not run as root, from what exists', async () => {
  const dockerfile = await read('stack/servers/app/Dockerfile')
  expect(rules.dockerfileProblems(dockerfile)).toEqual([])
  expect(rules.dockerfileProblems(dockerfile.replaceAll('USER node\n', ''))).toEqual([
    'FROM base AS stack runs as root',
    'FROM base AS app runs as root',
  ])
  expect(rules.dockerfileProblems(dockerfile.replace('node:24.21.0-slim AS base', 'node:24-slim AS base'))).toEqual([
    'node:24-slim is not pinned',
  ])
  expect(rules.dockerfileProblems(dockerfile.replace('COPY catalogue', 'COPY katalogue'))).toEqual([
    'katalogue does not exist',
  ])
  const { version } = JSON.parse(await read('package.json'))
  expect(service(compose(), 'api').image).toBe(`crm-observability/app:${version}`)
  expect(service(compose(), 'console').image).toBe(`crm-observability/stack:${version}`)
})
