import type { z } from 'zod'
import { type SloId, sloCompliance, sloEvents, slos } from '../../../catalogue/slo.ts'
import { queryPrometheus } from '../../adapters/prometheus.ts'
import type { slosSchema } from './schemas.ts'

type Slos = z.input<typeof slosSchema>
type State = Slos['slos'][number]['state']

const ids = Object.keys(slos) as SloId[]

/** Each objective as it stands now. @throws ServerUnavailable */
export const readSlos = async (prometheusUrl: string, limitMs: number): Promise<Slos> => {
  const ask = async (vector: ReturnType<typeof sloEvents>) => {
    const samples = await queryPrometheus(prometheusUrl, vector, limitMs)
    return new Map(samples.map(({ labels, value }) => [labels.slo, value]))
  }
  const [compliance, bad, total] = await Promise.all([
    ask(sloCompliance()),
    ask(sloEvents('bad', '1h')),
    ask(sloEvents('total', '1h')),
  ])
  return {
    at: new Date().toISOString(),
    slos: ids.map((id) => {
      const { title, description, target, window, ...slo } = slos[id]
      const good = compliance.get(id)
      const events = total.get(id) ?? 0
      const budget = 1 - target
      const budgetLeft = good === undefined ? undefined : 1 - (1 - good) / budget
      const burnRate1h = events > 0 ? (bad.get(id) ?? 0) / events / budget : undefined
      return {
        id,
        title,
        description,
        target,
        window,
        objectiveSeconds: slo.kind === 'latency' ? slo.objective : null,
        compliance: good ?? null,
        budgetLeft: budgetLeft ?? null,
        burnRate1h: burnRate1h ?? null,
        eventsPerSecond: events,
        state: stateOf(budgetLeft, burnRate1h),
      }
    }),
  }
}

/** A burn rate of 1 uses up exactly all of the budget within the objective's window. */
const stateOf = (budgetLeft: number | undefined, burnRate: number | undefined): State => {
  if (budgetLeft === undefined) return 'no_data'
  if (budgetLeft <= 0) return 'exhausted'
  return (burnRate ?? 0) > 1 ? 'burning' : 'ok'
}
