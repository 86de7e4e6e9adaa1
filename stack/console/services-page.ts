import { html } from 'hono/html'
import { isRunning, memoryOf } from '../launch/processes.ts'
import type { ServiceStatus, StackState } from '../launch/state.ts'
import { mainUrl } from '../launch/table.ts'
import type { Place } from '../place.ts'
import type { ServiceName } from '../ports.ts'
import type { Dashboard } from '../queries/dashboards.ts'
import type { Link, Stack } from '../service.ts'
import { services } from '../services.ts'
import { formatValue } from './assets/shared/units.ts'
import { dashboardTable } from './dashboards-page.ts'
import { type Html, page, time } from './page.ts'

/** The table of services as the launcher prints it, with links that can be followed. */
export function servicesPage(place: Place, state: StackState | undefined, dashboards: readonly Dashboard[]): Html {
  if (!state || !isRunning(state.launcher)) {
    return page({
      title: 'Services',
      body: html`<h1>Services</h1><p>No stack runs with its data in <code>${place.data}</code>. Start one with <code>npm start</code>.</p>`,
    })
  }
  const known = new Set(state.services.flatMap(({ name, state }) => (state === 'missing' ? [] : [name])))
  const stack = { place, has: (name: ServiceName) => known.has(name), binary: () => '', env: {} } satisfies Stack
  const memory = memoryOf(state.services.flatMap(({ process }) => (process ? [process.pid] : [])))
  const rows = state.services.map((status) => row(stack, status, memory))
  const body = html`<h1>Services</h1>
<p>Running since ${time(Date.parse(state.startedAt))}.</p>
<table>
<thead><tr><th>Service</th><th>State</th><th>Version</th><th>Address</th><th class="number">Memory</th><th>What it does</th><th>Links</th></tr></thead>
<tbody>${rows}</tbody>
</table>
<h2>Dashboards</h2>
${dashboardTable(dashboards)}`
  return page({ title: 'Services', body, refresh: 10 })
}

function row(stack: Stack, status: ServiceStatus, memory: ReadonlyMap<number, number>): Html {
  const { name, state, detail, version, process } = status
  const bytes = process ? memory.get(process.pid) : undefined
  // No link: most servers have an API there and no page.
  const address = state === 'missing' ? '–' : mainUrl(stack, name)
  return html`<tr>
<td>${services[name].title}</td>
<td><span class="state ${state}">${state}</span> <small>${detail}</small></td>
<td>${version || '–'}</td>
<td>${address}</td>
<td class="number">${bytes === undefined ? '–' : formatValue(bytes, 'decbytes')}</td>
<td>${services[name].purpose}</td>
<td>${stack.has(name) ? (services[name].links?.(stack) ?? []).map(linkTo) : ''}</td>
</tr>`
}

const linkTo = ({ label, url }: Link): Html => html`<a href="${url}">${label}</a><br>`
