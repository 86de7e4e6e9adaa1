import { describe, expect, it } from 'vitest'
import { processOf } from './processes.ts'
import { applyDefaults, environment, serviceName, telemetryDisabled } from './settings.ts'

const defaulted = (given: Record<string, string>, entry = '/srv/crm/app/main.ts'): NodeJS.ProcessEnv => {
  const env = { ...given }
  applyDefaults(env, entry)
  return env
}

describe('defaults', () => {
  it('differ by process in name and metrics port', () => {
    expect(defaulted({})).toMatchObject({
      OTEL_SERVICE_NAME: 'api',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: '9464',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    })
    expect(defaulted({}, 'app/worker.ts')).toMatchObject({
      OTEL_SERVICE_NAME: 'worker',
      OTEL_EXPORTER_PROMETHEUS_PORT: '9465',
    })
  })

  it('give way to what is set, and take the place of what is empty', () => {
    const env = defaulted({ OTEL_SERVICE_NAME: 'crm', OTEL_TRACES_SAMPLER: 'always_off', OTEL_LOGS_EXPORTER: '' })
    expect(env).toMatchObject({
      OTEL_SERVICE_NAME: 'crm',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_LOGS_EXPORTER: 'otlp',
    })
  })

  it('leave the name to a resource attribute', () => {
    const env = defaulted({ OTEL_RESOURCE_ATTRIBUTES: 'team=crm, service.name=crm-eu' })
    expect(env.OTEL_SERVICE_NAME).toBeUndefined()
    expect(serviceName(env)).toBe('crm-eu')
  })
})

it.each([
  ['/srv/crm/app/main.ts', 'api'],
  ['app/worker.ts', 'worker'],
  ['app/mcp.ts', 'mcp'],
  ['C:\\crm\\app\\main.ts', 'api'],
  ['/srv/crm/stack/launch/main.ts', 'main'],
  ['/srv/tool.mjs', 'tool'],
])('%s is called %s', (entry, name) => {
  expect(processOf(entry).serviceName).toBe(name)
})

it.each([
  [{ OTEL_SDK_DISABLED: 'true' }, true],
  [{ OTEL_SDK_DISABLED: ' TRUE ' }, true],
  [{ OTEL_SDK_DISABLED: 'false' }, false],
  [{ OTEL_SDK_DISABLED: '1' }, false],
  [{}, false],
])('%j means disabled: %s', (env, disabled) => {
  expect(telemetryDisabled(env)).toBe(disabled)
})

it('an unknown environment counts as development', () => {
  expect(environment({ APP_ENV: 'staging' })).toBe('staging')
  expect(environment({ APP_ENV: 'prod' })).toBe('development')
  expect(environment({})).toBe('development')
})
