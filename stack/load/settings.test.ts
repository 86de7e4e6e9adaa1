import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

describe('the settings of traffic', () => {
  it('have defaults', () => {
    expect(readSettings([], { API_URL: '' })).toMatchObject({
      rps: 8,
      seconds: 0,
      soak: false,
      json: false,
      API_URL: 'http://127.0.0.1:3000',
    })
  })

  it('come from the command line and the environment', () => {
    const env = { API_URL: 'http://127.0.0.1:3700/', COLLECTOR_HEALTH_URL: 'http://127.0.0.1:13833/' }
    expect(readSettings(['--rps', '2.5', '--seconds', '30', '--json'], env)).toMatchObject({
      rps: 2.5,
      seconds: 30,
      json: true,
      API_URL: 'http://127.0.0.1:3700',
      COLLECTOR_HEALTH_URL: 'http://127.0.0.1:13833/',
    })
  })

  it('of a soak are ten minutes at 50 a second, and the places of the same stack', () => {
    expect(readSettings(['--soak'], { STACK_PORT_OFFSET: '100' })).toMatchObject({
      rps: 50,
      seconds: 600,
      soak: true,
      API_URL: 'http://127.0.0.1:3100',
      SANDBOX_URL: 'http://127.0.0.1:4100',
      PROMETHEUS_URL: 'http://127.0.0.1:9190',
    })
    expect(readSettings(['--soak', '--seconds', '60'], {})).toMatchObject({ rps: 50, seconds: 60 })
  })

  it('are refused all at once, by name', () => {
    const read = () => readSettings(['--rps', 'many', '--seconds=-1'], { API_URL: 'ftp://x' })
    expect(read).toThrow(/rps {2}must be a number\n.*seconds .*\n.*API_URL {2}must be an http\(s\) address/)
  })

  it('are refused when there is no such flag', () => {
    expect(() => readSettings(['--speed', '3'], {})).toThrow(/speed/)
  })
})
