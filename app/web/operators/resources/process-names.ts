/** Series are told by `instance job`: `127.0.0.1:9464 api`. */
const partsOf = (label: string): { readonly instance: string; readonly job: string } => {
  const end = label.lastIndexOf(' ')
  return { instance: label.slice(0, Math.max(0, end)), job: label.slice(end + 1) }
}

/** Processes of the service itself; the others are servers of the telemetry. */
export const isOurs = (label: string): boolean => ['api', 'worker', 'mcp'].includes(partsOf(label).job)

/** What people call each process: by its job, and by its address as well where there are several of it. */
export const processNames = (labels: readonly string[]): ReadonlyMap<string, string> => {
  const known = labels.map((label) => ({ label, ...partsOf(label) }))
  return new Map(
    known.map(({ label, instance, job }) => [
      label,
      instance !== '' && known.filter((one) => one.job === job).length > 1 ? `${job} ${instance}` : job,
    ]),
  )
}

export interface ProcessNow<Name extends string> {
  readonly label: string
  readonly values: Readonly<Record<Name, number | null>>
}

interface Lines {
  readonly lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[]
}

/** Points at the end of a series in which its latest value may stand: a process that is gone is not there any more. */
const latestPoints = 4

/** The latest values of each process, from series by name, ours first; processes that ended are left out. */
export const processesNow = <Name extends string>(series: Readonly<Record<Name, Lines>>): ProcessNow<Name>[] => {
  const names = Object.keys(series) as Name[]
  const labels = [...new Set(names.flatMap((name) => series[name].lines.map(({ label }) => label)))]
  const latest = (name: Name, label: string): number | null =>
    series[name].lines
      .find((line) => line.label === label)
      ?.values.slice(-latestPoints)
      .findLast((value) => value !== null) ?? null
  return labels
    .map((label) => ({
      label,
      values: Object.fromEntries(names.map((name) => [name, latest(name, label)])) as Record<Name, number | null>,
    }))
    .filter(({ values }) => names.some((name) => values[name] !== null))
    .sort((one, other) => Number(isOurs(other.label)) - Number(isOurs(one.label)))
}
