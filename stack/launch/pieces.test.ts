import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readPlace } from '../place.ts'
import { ports, type ServiceName, serviceNames } from '../ports.ts'
import { services } from '../services.ts'
import { wantedPorts } from './free-ports.ts'
import { boundLog, lastLines } from './log-file.ts'
import { isRunning, listeningInodes, processesWith, processId, treeOf } from './processes.ts'
import { intoSandbox, scrapeTargets, secretsNamed } from './render.ts'
import { columns, createScreen, elapsed } from './screen.ts'

const folder = mkdtempSync(join(tmpdir(), 'launch-'))
afterAll(() => rmSync(folder, { recursive: true }))

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
      3000, 3001, 3003, 3100, 3200, 4000, 4317, 4318, 8888, 9090, 9093, 9095, 9096, 9100, 9464, 9465, 13133, 14317,
      54329,
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

  test('what Prometheus scrapes itself, and only what is there', () => {
    const has = (name: ServiceName) => name !== 'tempo'
    const place = { offset: 100, data: '/data', run: '/data/run' }
    expect(scrapeTargets({ place, has })).toEqual([
      { targets: ['127.0.0.1:8988'], labels: { job: 'otel-collector', service: 'otel-collector' } },
      { targets: ['127.0.0.1:9190'], labels: { job: 'prometheus', service: 'prometheus' } },
      { targets: ['127.0.0.1:9193'], labels: { job: 'alertmanager', service: 'alertmanager' } },
      { targets: ['127.0.0.1:9200'], labels: { job: 'node', service: 'node' } },
      { targets: ['127.0.0.1:3200'], labels: { job: 'loki', service: 'loki' } },
    ])
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

test('secrets that Alertmanager’s file names, each once', () => {
  const file =
    'a: { api_url_file: secrets/slack-url }\nb:\n  routing_key_file: "secrets/key"\n  url_file: secrets/slack-url'
  expect(secretsNamed(file)).toEqual(['slack-url', 'key'])
})

test('Alertmanager pages the sandbox, and nobody outside', () => {
  const file = 'global:\n  pagerduty_url: https://events.pagerduty.com/v2/enqueue\nroute: { receiver: a } # kept\n'
  expect(intoSandbox(file, 'http://127.0.0.1:4000')).toBe(
    'global:\n  pagerduty_url: http://127.0.0.1:4000/inbox/pagerduty\nroute: { receiver: a } # kept\n',
  )
})

describe('processes', () => {
  test('a pid with another start time is another process', () => {
    const own = processId(process.pid)
    expect(isRunning(own)).toBe(true)
    expect(isRunning({ ...own, startTime: '1' })).toBe(false)
    expect(treeOf(process.pid).map(({ pid }) => pid)).toContain(process.pid)
  })
  test('nobody carries a mark that nobody was given', () => {
    expect(processesWith('CRM_STACK_RUN', join(folder, 'nowhere'))).toEqual([])
  })
  test('who listens on a port, from the kernel’s table', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0000000000000000 100 0 0 10 0`
    expect(listeningInodes(table, 3000)).toEqual(['4242'])
    expect(listeningInodes(table, 40_000)).toEqual([])
  })
})

test('a log that grew too large is moved aside while it is written', () => {
  const file = join(folder, 'service.log')
  writeFileSync(file, `${'x'.repeat(10_000_001)}\nlast\n`)
  boundLog(file)
  expect(statSync(file).size).toBe(0)
  expect(readFileSync(`${file}.1`, 'utf8').endsWith('last\n')).toBe(true)
  expect(lastLines(`${file}.1`, 1)).toEqual(['last'])
})

describe('the screen', () => {
  const output = (isTTY: boolean) => {
    const written: string[] = []
    return { written, isTTY, columns: 20, write: (text: string) => written.push(text) }
  }

  test('without a terminal, progress is a line at each new step and each 15 s', () => {
    let now = 0
    const file = output(false)
    const screen = createScreen(file, () => now)
    const show = (at: number, text: string | undefined) => {
      now = at
      screen.progress('loki', text)
    }
    show(0, 'downloading (0 s)')
    show(5_000, 'downloading (5 s)')
    show(15_000, 'downloading (15 s)')
    show(16_000, 'compiling (16 s)')
    show(17_000, undefined)
    expect(file.written).toEqual(['downloading (0 s)\n', 'downloading (15 s)\n', 'compiling (16 s)\n'])
  })

  test('in a terminal, progress is redrawn below the lines that stay, and cut to its width', () => {
    const terminal = output(true)
    const screen = createScreen(terminal)
    screen.progress('loki', 'a line that is much longer than the terminal')
    screen.line('stays')
    screen.close()
    expect(terminal.written).toEqual([
      'a line that is much\n',
      '\u001b[1A\u001b[J',
      'stays\n',
      'a line that is much\n',
      '\u001b[1A\u001b[J',
    ])
  })

  test('times and columns', () => {
    expect([elapsed(800), elapsed(119_000), elapsed(185_000)]).toEqual(['1 s', '119 s', '3 min 5 s'])
    expect(
      columns([
        ['a', 'b'],
        ['long', 'c'],
      ]),
    ).toEqual(['a     b', 'long  c'])
  })
})
