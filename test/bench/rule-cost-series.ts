import { type Metric, overflowValue } from '../../catalogue/metric.ts'
import { metrics } from '../../catalogue/metrics.ts'

const tenants = 50
const integrationsOfEach = 5

/** Values of labels that are not closed, as a service of this size has them. */
const sizes: Readonly<Record<string, number>> = { endpoint: 60, status: 4, table: 30, operation: 6, statement: 10 }

/** Who an integration belongs to decides its tenant and provider: one series each, not every combination. */
const integrations = Array.from({ length: tenants * integrationsOfEach }, (_, index) => ({
  tenant_id: `tenant-${Math.floor(index / integrationsOfEach)}`,
  integration_id: `integration-${index}`,
  adapter_type: ['ghl', 'salesforce', 'hubspot', 'aloware', 'verity'][index % integrationsOfEach] ?? 'ghl',
}))

type LabelSet = Readonly<Record<string, string>>

const valuesOf = (name: string, rule: Metric['labels'][string]): readonly string[] =>
  'cap' in rule ? Array.from({ length: Math.min(rule.cap, sizes[name] ?? 3) }, (_, index) => `${name}-${index}`) : rule

/** Every combination, but of an integration only its own tenant and provider, and of statuses what a route answers. */
const combinations = (metric: Metric): LabelSet[] => {
  const names = Object.keys(metric.labels)
  const whose = names.includes('integration_id') ? integrations : [{}]
  const rest = Object.entries(metric.labels).filter(
    ([name]) => !names.includes('integration_id') || !(name in (integrations[0] ?? {})),
  )
  let all: LabelSet[] = whose.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => names.includes(name))),
  )
  for (const [name, rule] of rest) {
    const values =
      name === 'method'
        ? ['GET', 'POST']
        : name === 'status' && 'cap' in rule
          ? ['200', '201', '404', '500']
          : valuesOf(name, rule)
    all = all.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value })))
  }
  return all.filter((labels) => Object.values(labels).every((value) => value !== overflowValue))
}

const text = (labels: LabelSet): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')

const sets = new Map(Object.entries(metrics).map(([name, metric]) => [name, combinations(metric as Metric)]))

/** What one process serves at `/metrics`: every metric that the catalogue says it emits. @param age seconds since it started */
export const exposition = (service: string, age: number): string => {
  const count = Math.floor(age * 2)
  return Object.entries(metrics as Readonly<Record<string, Metric>>)
    .filter(([, { services }]) => services?.some((one) => one === service))
    .flatMap(([name, metric]) => [
      `# TYPE ${name} ${metric.type}`,
      ...(sets.get(name) ?? []).flatMap((labels) => {
        const list = text(labels)
        if (metric.type !== 'histogram') return `${name}{${list}} ${metric.type === 'counter' ? count : 1}`
        const comma = list === '' ? '' : ','
        return [
          ...metric.buckets.map((bound) => `${name}_bucket{${list}${comma}le="${bound}"} ${count}`),
          `${name}_bucket{${list}${comma}le="+Inf"} ${count}`,
          `${name}_sum{${list}} ${count / 100}`,
          `${name}_count{${list}} ${count}`,
        ]
      }),
    ])
    .join('\n')
    .concat('\n')
}
