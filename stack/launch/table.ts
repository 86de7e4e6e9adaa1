import { type ServiceName, serviceNames, urlOf } from '../ports.ts'
import type { Stack } from '../service.ts'
import { services } from '../services.ts'
import { columns } from './screen.ts'
import type { ServiceStatus } from './state.ts'

/** The services with state, version, address and memory, then what cannot be had here, and where to look. */
export function table(
  stack: Stack,
  statuses: readonly ServiceStatus[],
  memory: ReadonlyMap<ServiceName, number>,
): string[] {
  const rows = statuses.map(({ name, state, version }) => [
    services[name].title,
    state,
    version || '–',
    state === 'missing' ? '–' : mainUrl(stack, name),
    memory.has(name) ? megabytes(memory.get(name) ?? 0) : '–',
    services[name].purpose,
  ])
  const total = [...memory.values()].reduce((sum, bytes) => sum + bytes, 0)
  const notes = statuses.flatMap(({ name, state, detail }) => {
    // A reason why something cannot be had is a whole sentence.
    if (state === 'missing') return detail
    return state === 'failed' || state === 'unready' ? `${services[name].title}: ${detail}` : []
  })
  const links = serviceNames
    .filter((name) => statuses.some((status) => status.name === name && status.state === 'ready'))
    .flatMap((name) => services[name].links?.(stack) ?? [])
    .map(({ label, url }) => [`  ${label}`, url])
  return [
    ...columns([
      ['service', 'state', 'version', 'address', 'memory', 'what it does'],
      ...rows,
      ['', '', '', '', megabytes(total), 'in all'],
    ]),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    ...columns(links),
  ]
}

/** Where a service is: its `http` port, or whichever it has. */
export function mainUrl(stack: Stack, name: ServiceName): string {
  const url = services[name].ready?.(stack)
  if (url && 'url' in url) return new URL(url.url).origin
  return name === 'postgres' ? new URL(urlOf(stack.place, name, 'postgres')).host : '–'
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`
