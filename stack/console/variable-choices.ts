import type { Dashboard, Variable } from '../queries/dashboards.ts'
import type { Backends } from '../queries/run-query.ts'
import { all, interpolate, replacements, scrapeMs } from '../queries/variables.ts'
import type { View } from './view.ts'

/** The values a reader can choose for each variable that is shown. */
export type Choices = readonly { readonly variable: Variable; readonly values: readonly string[] }[]

/** Asks Prometheus for the values of labels. Where it does not answer only "all" can be chosen. */
export async function variableChoices(dashboard: Dashboard, view: View, backends: Backends): Promise<Choices> {
  const shown = (dashboard.templating?.list ?? []).filter(({ type, hide }) => hide !== 2 && type !== 'datasource')
  return Promise.all(
    shown.map(async (variable) => {
      const found = await valuesOf(variable, dashboard, view, backends)
      const chosen = view.values[variable.name] ?? []
      const first = variable.includeAll ? [all] : []
      return { variable, values: [...new Set([...first, ...found, ...chosen])] }
    }),
  )
}

async function valuesOf(variable: Variable, dashboard: Dashboard, view: View, backends: Backends): Promise<string[]> {
  const text = typeof variable.query === 'string' ? variable.query : (variable.query?.query ?? '')
  if (variable.type !== 'query') return text.split(',').map((value) => value.trim())
  const query = interpolate(text, replacements(dashboard, view.values, view.range, scrapeMs))
  const [, selector, label] = /^label_values\((?:(.+),\s*)?(\w+)\)$/.exec(query) ?? []
  if (!label || !backends.prometheus) return []
  const parameters = new URLSearchParams({
    start: String(view.range.from / 1_000),
    end: String(view.range.to / 1_000),
    ...(selector && { 'match[]': selector }),
  })
  try {
    const url = `${backends.prometheus}/api/v1/label/${label}/values?${parameters}`
    const body = (await (await fetch(url, { signal: AbortSignal.timeout(1_500) })).json()) as { data?: string[] }
    return body.data ?? []
  } catch {
    return []
  }
}
