import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as rules from './compose-rules.ts'

const text = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docker-compose.yml'), 'utf8')

const service = (copy: rules.Compose, name: string): rules.ComposeService => copy.services[name] ?? expect.fail(name)

/** Our file with a mistake in it. */
const broken = (change: (compose: rules.Compose) => void): rules.Compose => {
  const copy = parse(text, { merge: true })
  change(copy)
  return copy
}

describe('each rule about docker-compose.yml bites', () => {
  it('an image that moves', () => {
    for (const image of ['prom/prometheus:latest', 'prom/prometheus', 'postgres:18']) {
      const copy = broken((it) => Object.assign(service(it, 'prometheus'), { image }))
      expect(rules.imagesArePinned(copy)).toEqual([`prometheus: the image "${image}" is not pinned to a version`])
    }
  })

  it('a port on all addresses', () => {
    for (const port of ['9090:9090', '0.0.0.0:9090:9090', '9090']) {
      const copy = broken((it) => Object.assign(service(it, 'prometheus'), { ports: [port] }))
      expect(rules.publishedLocally(copy)).toEqual([`prometheus: ${port} is not on 127.0.0.1 only`])
    }
  })

  it('a mount of what is not there, or that can be written', () => {
    const mount = (volume: string) =>
      rules.mountsExist({ services: { prometheus: { volumes: ['./prometheus.yml:/x:ro', volume] } }, volumes: {} })
    expect(mount('./prometeus.yml:/x:ro')).toEqual(['prometheus: ./prometeus.yml does not exist'])
    expect(mount('./prometheus.yml:/x')).toEqual(['prometheus: ./prometheus.yml can be written'])
  })

  it('a volume that nobody declared, or uses', () => {
    expect(rules.volumesAreDeclared(broken((it) => service(it, 'loki').volumes?.push('lokki:/x')))).toEqual([
      'volume lokki is used but not declared',
    ])
    expect(rules.volumesAreDeclared(broken((it) => Object.assign(it.volumes, { old: null })))).toEqual([
      'volume old is declared but not used',
    ])
  })

  it('a wait that never ends', () => {
    const copy = broken((it) => {
      delete service(it, 'postgres').healthcheck
      service(it, 'init').restart = 'always'
      service(it, 'valkey').depends_on = { redis: { condition: 'service_started' } }
      for (const name of [
        'otel-collector',
        'prometheus',
        'alertmanager',
        'loki',
        'tempo',
        'grafana',
        'worker',
        'mcp',
        'sandbox',
      ])
        delete service(it, name).depends_on
    })
    expect(rules.dependenciesCanBeMet(copy)).toEqual([
      'postgres waits for the end of init, which is started again and again',
      'api waits for the end of init, which is started again and again',
      'api waits for postgres, which has no health check',
      'valkey waits for redis, which is no service',
    ])
  })

  it('an address that is the container itself', () => {
    const copy = broken((it) => delete service(it, 'tempo').environment?.PROMETHEUS_URL)
    expect(rules.addressesAreSet(copy, 'tempo', ['stack/servers/tempo/tempo.yaml'])).toEqual([
      'tempo: PROMETHEUS_URL is not set',
    ])
  })

  it('a secret in the file', () => {
    for (const line of [
      'POSTGRES_PASSWORD: crm',
      '- SESSION_SECRET=0123',
      'DATABASE_URL: postgres://crm:crm@postgres:5432/crm',
      'X: 9f86d081884c7d659a2feaa0c55ad015',
    ]) {
      expect(rules.holdsNoSecret(line), line).toEqual(['line 1 holds a secret'])
    }
    expect(rules.holdsNoSecret('POSTGRES_PASSWORD_FILE: /run/secrets/password')).toEqual([])
  })

  it('a service without limits', () => {
    const copy = broken((it) => Object.assign(service(it, 'loki'), { mem_limit: '', restart: 'no', security_opt: [] }))
    expect(rules.servicesAreLimited(copy)).toEqual([
      'loki: no limit of memory',
      'loki: is not started again',
      'loki: may gain privileges',
    ])
  })
})
