import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from '../../../stack/place.ts'
import { urlOf } from '../../../stack/ports.ts'
import { runScript } from '../launcher.ts'
import { Needles } from './needles.ts'
import { programWays, runProgram } from './program-ways.ts'
import { queueOnDisk, type Store, stores, type Window } from './stores.ts'
import { type Canary, type CanaryName, canaryNames, hasPattern, makeCanaries, makeControl } from './values.ts'
import { Visitor } from './visitor.ts'
import { canariesFor, waysOf } from './ways.ts'

/** A canary that was found. */
export interface Hit {
  readonly way: string
  readonly canary: CanaryName
  readonly store: string
}

export interface Report {
  readonly ways: readonly { readonly name: string; readonly canaries: readonly CanaryName[] }[]
  readonly stores: readonly {
    readonly name: string
    /** Undefined: it is not in this stack. */
    readonly bytes: number | undefined
    readonly controlFound: boolean
  }[]
  readonly hits: readonly Hit[]
  /** Ways that could not be gone to their end: what they would have shown is not known. */
  readonly failures: readonly string[]
}

export type Line = 'service' | 'collector'

export interface Options {
  /**
   * The backends are taken away while the canaries come in, so that all of it stands in the queues on the disk, and providers
   * are made to fail: for a stack of its own.
   */
  readonly full: boolean
  /** The one line of defence that is left; undefined: both. */
  readonly alone?: Line | undefined
  readonly say: (text: string) => void
}

/** Until what was let through is found everywhere; an alert takes longest to be delivered. */
const arrivedWithinMs = 150_000

const backends = ['prometheus', 'loki', 'tempo'] as const

/** Sends every canary in by every way that takes it, and searches every store. The stack goes on as it was. */
export const runCanaries = async (place: Place, { full, alone, say }: Options): Promise<Report> => {
  const since = Date.now() - 1_000
  const needles = new Needles<string>()
  const meanings = new Map<string, Omit<Hit, 'store'>>()
  const watch = (way: string, { name, traces }: Canary) => {
    const meaning = `${way}\n${name}`
    meanings.set(meaning, { way, canary: name })
    for (const trace of traces) needles.add(trace, meaning)
  }

  const away: string[] = []
  if (full) for (const name of backends) if ((await control(place, 'stop', name)) === 0) away.push(name)
  if (full) say(`stopped ${away.join(', ')}: the collector queues on the disk`)

  const visitor = new Visitor(place)
  await visitor.signIn()
  const ways = []
  const failures: string[] = []
  for (const way of waysOf(full)) {
    const canaries = makeCanaries(alone === 'collector')
    const taken = canariesFor(way)
    for (const name of taken) {
      watch(way.name, canaries[name])
      await way.send(visitor, canaries[name]).catch((error: Error) => failures.push(`${way.name}: ${error.message}`))
    }
    ways.push({ name: way.name, canaries: taken })
  }
  say(`${ways.length} ways by requests, webhooks and calls`)

  const resource = makeCanaries(alone === 'collector')
  const program: Record<string, Record<string, string>> = {}
  for (const [name, takes] of Object.entries(programWays)) {
    const canaries = makeCanaries(alone === 'collector')
    const taken = canariesFor({ takes })
    for (const one of taken) watch(name, canaries[one])
    program[name] = Object.fromEntries(taken.map((one) => [one, canaries[one].value]))
    ways.push({ name, canaries: taken })
  }
  for (const name of canaryNames) watch('OTEL_RESOURCE_ATTRIBUTES', resource[name])
  ways.push({ name: 'OTEL_RESOURCE_ATTRIBUTES', canaries: canaryNames })
  const marker = makeControl()
  await runProgram(place, program, { resource: resourceOf(resource), control: marker })
  say(`${Object.keys(program).length + 1} ways in a process of its own`)

  const traceId = await letThrough(visitor, marker)
  // What the control set going is over soon.
  const window = { since, until: Date.now() + 10_000, marker }
  needles.add(marker, 'control marker')
  needles.add(traceId, 'control trace id')

  const searched: Report['stores'][number][] = []
  const hits: Hit[] = []
  const search = async (store: Store) => {
    const { bytes, found, controlFound } = await searchUntilArrived(store, { place, window, needles })
    searched.push({ name: store.name, bytes, controlFound })
    for (const meaning of found) {
      const known = meanings.get(meaning)
      if (known && isLeak(known.canary, store, alone)) hits.push({ ...known, store: store.name })
    }
    say(`searched ${store.name}: ${bytes === undefined ? 'not in this stack' : `${bytes} bytes`}`)
  }
  if (full) await search(queueOnDisk)
  for (const name of away) await control(place, 'start', name)
  for (const store of stores) await search(store)
  return { ways, failures, stores: searched, hits }
}

/** The collector alone answers for what went through it, and for what has a pattern. */
const isLeak = (name: CanaryName, { isBehindCollector }: Store, alone: Line | undefined): boolean =>
  alone !== 'collector' || (isBehindCollector === true && hasPattern(name))

/** Reads the store again and again until the control is there, which was sent last. */
const searchUntilArrived = async (
  store: Store,
  { place, window, needles }: { readonly place: Place; readonly window: Window; readonly needles: Needles<string> },
) => {
  const deadline = Date.now() + arrivedWithinMs
  for (;;) {
    if (Date.now() < deadline && (await store.hasArrived?.(place, window)) === false) {
      await sleep(1_000)
      continue
    }
    const parts = await store.read(place, window)
    if (parts === undefined) return { bytes: undefined, found: new Set<string>(), controlFound: true }
    const found = new Set(parts.flatMap((part) => [...needles.find(part, store.isText)]))
    const controlFound = found.has(`control ${store.control}`)
    const bytes = parts.reduce((sum, { length }) => sum + length, 0)
    if (controlFound || Date.now() > deadline) return { bytes, found, controlFound }
    await sleep(1_000)
  }
}

const control = async (place: Place, action: 'stop' | 'start', name: string): Promise<number | null> =>
  (await runScript(place, ['control.ts', action, name])).code

const knownKeys = [
  'team',
  'host.name',
  'service.namespace',
  'k8s.pod.name',
  'container.name',
  'cloud.region',
  'deployment.id',
  'os.description',
  'cluster',
] as const

/** As an operator might set it: known keys, and keys of one's own. */
const resourceOf = (canaries: Readonly<Record<CanaryName, Canary>>): string =>
  canaryNames
    .flatMap((name, at) => [
      `${knownKeys[at]}=${encodeURIComponent(canaries[name].value)}`,
      `owner.${at}=${encodeURIComponent(canaries[name].value)}`,
    ])
    .join(',')

/** The control, by ways on which it may pass: a correlation id, a name of an operation, an alert's words. @returns its trace's id */
const letThrough = async (visitor: Visitor, marker: string): Promise<string> => {
  const { place } = visitor
  const headers = { 'x-correlation-id': marker }
  await visitor.post('/api/leads', { title: 'Window cleaning', contactId: visitor.contactId }, [201], headers)
  const query = `query ${marker} { contacts(first: 1) { nodes { id } } }`
  await visitor.post('/graphql', { query, operationName: marker }, [200], headers)
  for (const name of ['worker', 'mcp'] as const) await measured(place, name)
  const traceId = randomBytes(16).toString('hex')
  await postSpan(place, traceId, marker)
  await visitor.send(
    `${urlOf(place, 'alertmanager')}/api/v2/alerts`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([testAlert(marker)]),
    },
    [200],
  )
  return traceId
}

/** A process that is there to be scraped. */
const measured = async (place: Place, name: 'worker' | 'mcp'): Promise<void> => {
  const { ok } = await fetch(`${urlOf(place, name, 'metrics')}/metrics`)
  if (!ok) throw new Error(`${name} serves no metrics`)
}

/** A span as a foreign service might send it, with the marker as its route. */
const postSpan = async (place: Place, traceId: string, marker: string): Promise<void> => {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const end = BigInt(Date.now()) * 1_000_000n
  const span = {
    traceId,
    spanId: traceId.slice(16),
    name: `GET /${marker}`,
    kind: 2,
    startTimeUnixNano: String(end - 5_000_000n),
    endTimeUnixNano: String(end),
    attributes: [attribute('http.route', `/${marker}`), attribute('http.request.method', 'GET')],
  }
  const resource = { attributes: [attribute('service.name', 'canaries'), attribute('service.instance.id', 'control')] }
  const log = { timeUnixNano: String(end), body: { stringValue: `control ${marker}` }, attributes: [] }
  const headers = { 'content-type': 'application/json' }
  for (const [path, body] of [
    ['traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }],
    ['logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [log] }] }] }],
  ] as const) {
    const url = `${urlOf(place, 'otelcol', 'otlp-http')}/v1/${path}`
    const { ok, status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!ok) throw new Error(`the collector answered ${status}`)
  }
}

const testAlert = (marker: string) => ({
  labels: {
    alertname: 'TestAlert',
    severity: 'warning',
    // What is less keeps business hours.
    priority: 'P3',
    team: 'platform',
    receivers: 'slack',
    subject: marker,
  },
  annotations: { summary: `Control ${marker}`, description: 'This is a test: nothing is wrong.' },
  startsAt: new Date().toISOString(),
  endsAt: new Date(Date.now() + 600_000).toISOString(),
})

/** What is wrong with a run; nothing, or there are leaks or a search that finds nothing. */
export const problemsOf = ({ hits, failures, stores: searched }: Report): string[] => [
  ...failures,
  ...searched
    .filter(({ controlFound }) => !controlFound)
    .map(({ name }) => `${name}: what was let through is not found`),
  ...hits.map(({ way, canary, store }) => `${store}: ${canary}, which came by ${way}`),
]

/** Rows: ways. Columns: stores. A number: how many of the canaries were found there; a dot: none. */
export const tableOf = ({ ways, stores: searched, hits }: Report): string => {
  const widest = Math.max(...ways.map(({ name }) => name.length))
  const heads = searched.map(({ name }, at) => `${String.fromCharCode(65 + at)} = ${name}`)
  const letters = searched.map((_, at) => String.fromCharCode(65 + at).padStart(3)).join('')
  const lines = ways.map(({ name, canaries }) => {
    const cells = searched.map((store) => {
      const count = hits.filter((hit) => hit.way === name && hit.store === store.name).length
      return (store.bytes === undefined ? '-' : count === 0 ? '.' : String(count)).padStart(3)
    })
    return `${name.padEnd(widest)} ${String(canaries.length).padStart(3)} ${cells.join('')}`
  })
  const found = searched.map(({ bytes, controlFound }) =>
    (bytes === undefined ? '-' : controlFound ? '1' : '0').padStart(3),
  )
  return [
    heads.join('\n'),
    '',
    `${'way'.padEnd(widest)}  in ${letters}`,
    ...lines,
    `${'let through, to be found'.padEnd(widest)}   1 ${found.join('')}`,
  ].join('\n')
}
