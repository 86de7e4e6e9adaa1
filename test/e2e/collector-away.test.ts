/** A stopped collector hurts nobody. */
import { beforeAll, expect, test } from 'vitest'
import type { Place } from '../../stack/place.ts'
import { urlOf } from '../../stack/ports.ts'
import { runScript } from './launcher.ts'
import { firstStartMs, sharedStack, verify } from './running-stack.ts'

let place: Place
beforeAll(async () => {
  place = await sharedStack()
}, firstStartMs)

test('the service goes on while the collector is away, and is found in the backends again afterwards', async () => {
  await runScript(place, ['control.ts', 'stop', 'otelcol'])
  for (let i = 0; i < 100; i++) {
    const startedAt = performance.now()
    expect((await fetch(`${urlOf(place, 'api')}/health/ready`)).status).toBe(200)
    // Far above what a request takes, far below any time limit of an exporter.
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  }
  expect((await runScript(place, ['control.ts', 'start', 'otelcol'])).output).toMatch(/^otelcol +ready/)
  const { code, stdout } = await verify(place, '--timeout', '120')
  expect(code, stdout).toBe(0)
})
