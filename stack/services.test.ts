import { describe, expect, test } from 'vitest'
import { wantedPorts } from './launch/free-ports.ts'
import { readPlace } from './place.ts'
import { ports, serviceNames } from './ports.ts'
import { services } from './services.ts'

describe('the table of services', () => {
  test('no two services share a port, but for the console at Grafana’s place', () => {
    const all = wantedPorts({ offset: 0 }).map(({ port }) => port)
    expect(all.filter((port, index) => all.indexOf(port) !== index)).toEqual([])
    expect(ports.console.http).toBe(ports.grafana.http)
  })

  test('the promised ports', () => {
    expect(
      wantedPorts({ offset: 0 })
        .map(({ port }) => port)
        .sort((a, b) => a - b),
    ).toEqual([
      3000, 3001, 3002, 3003, 3100, 3200, 4000, 4025, 4026, 4317, 4318, 8888, 9090, 9093, 9095, 9096, 9100, 9464, 9465,
      9466, 13133, 14317, 54329,
    ])
  })

  test('stopping takes less than 10 s, even when everything hangs', () => {
    const longest = [1, 2, 3, 4].map((stage) =>
      Math.max(
        ...serviceNames.map((name) => services[name].stop).map((stop) => (stop.stage === stage ? stop.seconds : 0)),
      ),
    )
    expect(longest.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThanOrEqual(9)
  })
})

test('a place from the environment', () => {
  expect(readPlace({ STACK_PORT_OFFSET: '200', STACK_DATA_DIR: '/x' })).toEqual({
    offset: 200,
    data: '/x',
    run: '/x/run',
  })
  expect(readPlace({}).data).toMatch(/\/\.data$/)
  for (const bad of ['-1', '1.5', 'x', '1701']) expect(() => readPlace({ STACK_PORT_OFFSET: bad })).toThrow(`"${bad}"`)
})
