import { ratio, subtract } from '../../catalogue/promql.ts'
import {
  type SloEvents,
  type SloId,
  type SloWindow,
  sloComplianceName,
  sloEvents,
  sloEventsAveraged,
  sloSeriesName,
  slos,
} from '../../catalogue/slo.ts'
import type { Recording } from '../recording.ts'
import { eventRate } from './events.ts'

/** The groups of an objective. */
export type Part = 'page' | 'ticket' | 'month'

/** Each window is recorded once, with the part that needs it more often. */
const windows = {
  page: ['5m', '30m', '1h', '6h'],
  ticket: ['2h', '1d', '3d'],
  month: ['30d'],
} as const satisfies Record<Part, readonly SloWindow[]>

/** Numerators and denominators; a ratio recorded alone could not be averaged any more. */
export const sloRecordings = (slo: SloId, part: Part): Recording[] => {
  const record = (kind: SloEvents, window: SloWindow): Recording => ({
    record: sloSeriesName(kind, window),
    labels: { slo },
    expr: window === '5m' ? eventRate(slo, kind) : sloEventsAveraged(kind, window, slo),
  })
  const counted = windows[part].flatMap((window) => [record('bad', window), record('total', window)])
  if (part !== 'month') return counted
  // A minute's step is enough for an average over 30 days.
  const critical = slos[slo].kind === 'latency' ? [record('critical', '5m'), record('critical', '30d')] : []
  return [...counted, ...critical, compliance(slo)]
}

/** Share of good events over the objective's 30 days. */
const compliance = (slo: SloId): Recording => ({
  record: sloComplianceName,
  labels: { slo },
  expr: subtract(1, ratio(sloEvents('bad', '30d', slo), sloEvents('total', '30d', slo))),
})
