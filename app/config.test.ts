import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const problemsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ variable }) => variable)
  }
}

const production = {
  APP_ENV: 'production',
  DATABASE_URL: 'postgres://crm:secret@db.internal/crm',
  PUBLIC_URL: 'https://crm.example/',
  SESSION_SECRET: 'x'.repeat(32),
  PSEUDONYM_KEY: 'z'.repeat(32),
  OAUTH_ISSUER_URL: 'https://accounts.example',
  OAUTH_CLIENT_SECRET: 'y',
  DF_ADMIN_SECRET: 'a'.repeat(16),
  DF_MIDDLEWARE_API_KEY: 'b'.repeat(16),
  ALERTMANAGER_WEBHOOK_TOKEN: 'c'.repeat(16),
}

test('development needs no settings', () => {
  expect(readConfig({})).toMatchObject({
    environment: 'development',
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    databaseUrl: undefined,
    oauth: { issuerUrl: 'http://127.0.0.1:4000/oauth', clientId: 'crm' },
    enrichmentBaseUrl: 'http://127.0.0.1:4000/enrichment',
    adminEmails: ['admin@crm.example'],
  })
})

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', LOG_LEVEL: '' }).port).toBe(3000)
})

test('addresses lose the slash at their end, administrators their capitals', () => {
  const config = readConfig({ ...production, ADMIN_EMAILS: ' Anna@CRM.example, bo@crm.example ,' })
  expect(config.publicUrl).toBe('https://crm.example')
  expect(config.adminEmails).toEqual(['anna@crm.example', 'bo@crm.example'])
})

test('every bad variable is named at once', () => {
  expect(
    problemsOf({
      LOG_LEVEL: 'loud',
      PORT: '70000',
      PUBLIC_URL: 'crm.example',
      DATABASE_URL: 'mysql://x',
      SESSION_SECRET: 'short',
      ADMIN_EMAILS: 'anna',
    }).toSorted(),
  ).toEqual(['ADMIN_EMAILS', 'DATABASE_URL', 'LOG_LEVEL', 'PORT', 'PUBLIC_URL', 'SESSION_SECRET'])
})

test('an unknown environment gets no defaults: it may be somebody’s production', () => {
  expect(problemsOf({ ...production, APP_ENV: 'live' })).toEqual(['APP_ENV'])
  expect(problemsOf({ APP_ENV: 'live' })).toContain('SESSION_SECRET')
})

test.each(['staging', 'production'])('%s has no default for secrets and addresses', (APP_ENV) => {
  expect(problemsOf({ APP_ENV }).toSorted()).toEqual([
    'ALERTMANAGER_WEBHOOK_TOKEN',
    'DATABASE_URL',
    'DF_ADMIN_SECRET',
    'DF_MIDDLEWARE_API_KEY',
    'OAUTH_CLIENT_SECRET',
    'OAUTH_ISSUER_URL',
    'PSEUDONYM_KEY',
    'PUBLIC_URL',
    'SESSION_SECRET',
  ])
  expect(problemsOf({ ...production, APP_ENV })).toEqual([])
})

test('a problem says what to do and never shows the value', () => {
  const password = 'hunter2hunter2'
  expect(() => readConfig({ SESSION_SECRET: password, PORT: '-1' })).toThrow(
    `The settings cannot be used:
  PORT            must be a whole number from 0 to 65535. Example: PORT=3000
  SESSION_SECRET  must have at least 32 characters. Make one with: openssl rand -hex 32`,
  )
})

test('the settings cannot be changed', () => {
  const config = readConfig({}) as { port: number }
  expect(() => {
    config.port = 1
  }).toThrow(TypeError)
})

test('outside development a provider without credentials is not configured, and no address is the sandbox’s', () => {
  const { outside } = readConfig(production)
  expect(outside.billy).toEqual({ baseUrl: 'https://api.billysbilling.com/v2', accessToken: undefined })
  expect(outside.smtp).toEqual({ url: undefined, from: 'crm@crm.example' })
  expect(JSON.stringify(outside)).not.toMatch(/127\.0\.0\.1|sandbox/)
})
