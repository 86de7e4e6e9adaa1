import type { Metric } from '../../catalogue/metric.ts'
import { series } from '../../catalogue/series.ts'
import { type QueryResult, runQuery } from '../queries/run-query.ts'
import { parseRange } from '../queries/time-range.ts'
import type { Check, Finding } from './check.ts'

export interface MetricOptions {
  /** Base address of Prometheus. */
  readonly prometheus: string
  readonly absent: ReadonlySet<string>
}

/** Exist only while something lasts, or since something happened, that a healthy system lacks. */
const onlyAtTimes: Readonly<Record<string, string>> = {
  ALERTS: 'exists only while an alert is pending or firing',
  telemetry_label_overflows_total: 'begins with the first value beyond the cap of a label',
}

/** A check for each metric of the catalogue: it is in Prometheus, from each process that emits it, with all its labels. */
export const metricChecks = (options: MetricOptions, catalogue: Readonly<Record<string, Metric>> = series): Check[] =>
  Object.entries(catalogue).map(([name, metric]) => ({
    group: 'Metrics of the catalogue',
    name,
    run: (signal) => findMetric(name, metric, options, signal),
  }))

const findMetric = async (
  name: string,
  metric: Metric,
  { prometheus, absent }: MetricOptions,
  signal: AbortSignal,
): Promise<Finding> => {
  const missing = [metric.needs, metric.source].find((software) => software !== undefined && absent.has(software))
  if (missing) return { state: 'unavailable', note: `needs ${missing}` }
  const stored = metric.type === 'histogram' ? `${name}_bucket` : name
  const labels = Object.keys(metric.labels)
  const text = `count by (${[...new Set([...labels, 'job', 'instance'])].join(', ')}) (last_over_time(${stored}[15m]))`
  const ask = async (text: string): Promise<LabelSet[]> =>
    labelsOf(
      await runQuery(
        { prometheus },
        { datasource: 'prometheus', mode: 'instant', stepMs: 15_000, text },
        parseRange('now-15m', 'now'),
        { signal },
      ),
    )
  const all = await ask(text)
  if (all.length === 0) {
    const { beside } = metric
    const isBeside = beside !== undefined && (await ask(`count(last_over_time(${beside}[15m]))`)).length > 0
    const reason = onlyAtTimes[name] ?? (isBeside ? `begins with the first; ${beside} is there` : undefined)
    return reason ? { state: 'ok', note: reason } : { state: 'empty', note: `no series; comes from ${metric.source}` }
  }
  const problems = [...missingProcesses(metric, all), ...missingLabels(labels, all), ...foreignValues(metric, all)]
  return problems.length > 0 ? { state: 'empty', note: problems.join('; ') } : { state: 'ok' }
}

type LabelSet = Readonly<Record<string, string>>

const labelsOf = (result: QueryResult): LabelSet[] =>
  result.kind === 'series' ? result.series.map(({ labels }) => labels) : []

/**
 * Each process that emits it must be seen. A counter of failures begins with the first one where a label's values are
 * not known beforehand; then one process is enough.
 */
const missingProcesses = (metric: Metric, all: readonly LabelSet[]): string[] => {
  const services = metric.services ?? []
  const jobs = new Set(all.map(({ job }) => job))
  const beginsLate = metric.type === 'counter' && Object.values(metric.labels).some((label) => 'cap' in label)
  if (beginsLate && services.some((service) => jobs.has(service))) return []
  return services.filter((service) => !jobs.has(service)).map((service) => `not from ${service}`)
}

/** Labels of the one series under which everything beyond a limit is counted: a healthy system lacks it. */
const labelsBeyondLimits = ['otel_metric_overflow']

const missingLabels = (labels: readonly string[], all: readonly LabelSet[]): string[] =>
  labels
    .filter((label) => !labelsBeyondLimits.includes(label))
    .filter((label) => all.every((each) => !each[label]))
    .map((label) => `without the label ${label}`)

/** A closed label that holds something else: the service and the catalogue disagree. */
const foreignValues = (metric: Metric, all: readonly LabelSet[]): string[] =>
  Object.entries(metric.labels).flatMap(([label, known]) => {
    if ('cap' in known) return []
    const values = new Set(all.map((each) => each[label]).filter((value) => value !== undefined && value !== ''))
    return [...values]
      .filter((value) => !known.includes(value as string))
      .map((value) => `${label}="${value}" is not in the catalogue`)
  })
