import { expect, it } from 'vitest'
import { developmentSecrets } from './secrets.ts'
import { readSettings, secretsOf, targetOf } from './settings.ts'

it('needs none, and opens nothing but itself then', () => {
  const settings = readSettings({})
  expect(settings).toMatchObject({ SANDBOX_PORT: 4000, SANDBOX_SMTP_PORT: 4025, SANDBOX_HOST: '127.0.0.1' })
  expect(secretsOf(settings)).toEqual(developmentSecrets)
  expect(targetOf(settings)).toEqual({ url: 'http://127.0.0.1:3000', publicUrl: undefined })
})

it('sends webhooks where it is told, or nowhere', () => {
  expect(targetOf(readSettings({ SANDBOX_WEBHOOK_TARGET: 'none' }))).toBeUndefined()
  const env = { SANDBOX_WEBHOOK_TARGET: 'http://api:3000/', SANDBOX_WEBHOOK_PUBLIC_URL: 'https://crm.example' }
  expect(targetOf(readSettings(env))).toEqual({ url: 'http://api:3000', publicUrl: 'https://crm.example' })
})

it('takes each secret from its variable', () => {
  const names = Object.keys(readSettings({})).filter((name) => /TOKEN|SECRET|KEY|SEED|AUDIENCE/.test(name))
  const secrets = secretsOf(readSettings(Object.fromEntries(names.map((name) => [name, `of ${name}`]))))
  expect(new Set(Object.values(secrets)).size).toBe(Object.keys(developmentSecrets).length)
  for (const secret of Object.values(secrets)) expect(secret).toMatch(/^of SANDBOX_/)
})

it('names every bad variable, with its remedy', () => {
  const bad = { SANDBOX_SMTP_PORT: 'x', SANDBOX_WEBHOOK_TARGET: 'nowhere' }
  expect(() => readSettings(bad)).toThrow(/SANDBOX_SMTP_PORT[\s\S]*SANDBOX_WEBHOOK_TARGET {2}an http/)
})
