import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { html } from 'hono/html'
import { parse } from 'yaml'
import { root } from '../place.ts'
import type { Backends } from '../queries/run-query.ts'
import { type AlertState, alertStates } from './alert-states.ts'
import { renderMarkdown } from './markdown.ts'
import { type Html, page, safe } from './page.ts'

const folder = join(root, 'alerts', 'runbooks')
const rulesFolder = join(root, 'alerts', 'generated', 'rules')

/** Only such names become part of a path. */
const slugPattern = /^[a-z0-9][a-z0-9-]*$/i

/** An alert as its rule states it. */
interface Alert {
  readonly name: string
  readonly severity: string
  readonly priority: string
  readonly team: string
  readonly summary: string
  readonly slug: string
}

interface RuleFile {
  readonly groups?: readonly {
    readonly rules?: readonly {
      readonly alert?: string
      readonly labels?: Readonly<Record<string, string>>
      readonly annotations?: Readonly<Record<string, string>>
    }[]
  }[]
}

/** All alerts that tell somebody something, in the order of their priority. */
async function loadAlerts(): Promise<Alert[]> {
  const files = (await readdir(rulesFolder).catch(() => [])).filter((file) => file.endsWith('.yaml')).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(rulesFolder, file), 'utf8')))
  const rules = texts.flatMap((text) => ((parse(text) as RuleFile).groups ?? []).flatMap(({ rules = [] }) => rules))
  return rules
    .flatMap(({ alert, labels = {}, annotations = {} }) => {
      // Those for nobody only silence others.
      if (!alert || labels.receivers === 'nobody') return []
      const { severity = '', priority = '', team = '' } = labels
      const slug = /\/runbooks\/([\w-]+)/.exec(annotations.runbook_url ?? '')?.[1] ?? ''
      return { name: alert, severity, priority, team, summary: annotations.summary ?? '', slug }
    })
    .sort((a, b) => a.priority.localeCompare(b.priority) || a.name.localeCompare(b.name))
}

/** The page of one runbook; undefined when there is none of that name. */
export async function runbookPage(slug: string): Promise<Html | undefined> {
  if (!slugPattern.test(slug)) return undefined
  const markdown = await readFile(join(folder, `${slug}.md`), 'utf8').catch(() => undefined)
  if (markdown === undefined) return undefined
  const title = /^# (.+)$/m.exec(markdown)?.[1]?.trim() ?? slug
  return page({ title, body: html`<article>${safe(renderMarkdown(markdown))}</article>` })
}

/** A row an alert: what it is, how urgent, how it stands now, and what to do. */
export async function runbooksPage(backends: Backends): Promise<Html> {
  const [alerts, states] = await Promise.all([loadAlerts(), alertStates(backends)])
  const rows = alerts.map((alert) =>
    row(alert, states === undefined ? undefined : (states.get(alert.name) ?? 'unknown')),
  )
  const body =
    alerts.length === 0
      ? html`<p>There are none yet: <code>npm run build:alerts</code> writes them.</p>`
      : html`${states === undefined ? html`<p class="note">Prometheus does not answer: how the alerts stand is not known.</p>` : ''}
<table class="alerts"><thead><tr><th>Alert</th><th>Now</th><th>Severity</th><th>Priority</th><th>Team</th><th>What</th><th>Runbook</th></tr></thead>
<tbody>${rows}</tbody></table>`
  return page({ title: 'Runbooks', body: html`<h1>Runbooks</h1>${body}`, refresh: 30 })
}

function row(
  { name, severity, priority, team, summary, slug }: Alert,
  state: AlertState | 'unknown' | undefined,
): Html {
  return html`<tr><td>${name}</td><td><span class="state ${state ?? ''}">${state ?? '–'}</span></td><td>${severity}</td><td>${priority}</td><td>${team}</td>
<td>${summary}</td><td>${slug ? html`<a href="/runbooks/${slug}">${slug}</a>` : '–'}</td></tr>`
}
