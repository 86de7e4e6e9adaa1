import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { highestOffset, type Place } from '../place.ts'
import { portOf, ports, type ServiceName, serviceNames } from '../ports.ts'
import { Problem } from './problem.ts'
import { listenerOn } from './processes.ts'

export interface WantedPort {
  readonly service: ServiceName
  /** Its name in the table. */
  readonly name: string
  readonly port: number
}

/** The ports of these services in this place; the console takes one of its two. */
export function wantedPorts(place: Pick<Place, 'offset'>, names: readonly ServiceName[] = serviceNames): WantedPort[] {
  const unused = names.includes('grafana') ? 'http' : 'besideGrafana'
  return names.flatMap((service) =>
    Object.keys(ports[service])
      .filter((name) => service !== 'console' || name !== unused)
      .map((name) => ({ service, name, port: portOf(place, service, name) })),
  )
}

/** Whether nothing listens there, on 127.0.0.1 or on all addresses. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

const againAfterMs = 50

/**
 * @param withinMs how long a taken port may take to become free: a process that was killed keeps its ports until the last of its
 * threads has ended, which is a moment after it is no longer seen to run
 * @throws Problem that names each taken port, the service that wants it, who holds it, and what to do
 */
export async function checkPorts(place: Place, wanted: readonly WantedPort[], withinMs = 0): Promise<void> {
  const deadline = Date.now() + withinMs
  let taken = await takenOf(wanted)
  while (taken.length > 0 && Date.now() < deadline) {
    await sleep(againAfterMs)
    taken = await takenOf(taken)
  }
  if (taken.length === 0) return
  const lines = taken.map(({ service, name, port }) => {
    const holder = listenerOn(port)
    const what = name === 'http' || name === service ? service : `${service} (${name})`
    return `Port ${port}, which ${what} needs, is taken by ${holder ? `process ${holder.pid}: ${holder.command}` : 'a process that this user cannot see'}`
  })
  const offset = await freeOffset(place.offset)
  const remedy =
    offset === undefined
      ? 'Stop what holds them.'
      : `Stop what holds ${taken.length === 1 ? 'it' : 'them'}, or use other ports: STACK_PORT_OFFSET=${offset} npm start`
  throw new Problem([...lines, remedy].join('\n'))
}

async function takenOf(wanted: readonly WantedPort[]): Promise<WantedPort[]> {
  const taken: WantedPort[] = []
  for (const each of wanted) if (!(await isFree(each.port))) taken.push(each)
  return taken
}

/** Round ones first, then those between. */
const offsets = [100, 10].flatMap((step) =>
  Array.from({ length: highestOffset / step }, (_, index) => (index + 1) * step),
)

/** An offset above the given one at which every port of the table is free; undefined when there is none. */
export async function freeOffset(above: number): Promise<number | undefined> {
  // Nor may it have a port at which a stack in the place of the given one would listen.
  const ours = new Set(wantedPorts({ offset: above }).map(({ port }) => port))
  for (const offset of offsets) {
    if (offset <= above) continue
    const all = [...new Set(wantedPorts({ offset }).map(({ port }) => port))]
    if (all.some((port) => ours.has(port))) continue
    if ((await Promise.all(all.map(isFree))).every(Boolean)) return offset
  }
  return undefined
}
