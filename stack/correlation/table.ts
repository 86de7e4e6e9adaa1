import { columns } from '../launch/screen.ts'
import type { Outcome } from './direction.ts'

const result = ({ followed, lost, note }: Outcome): string => {
  if (lost.length > 0) return `✗ ${Math.max(followed - lost.length, 0)} of ${followed}`
  return followed > 0 ? `✓ ${followed} of ${followed}` : `– ${note ?? ''}`
}

/** A row a direction, and below what was lost, each with its reason: at most `most` of a direction. */
export function matrixTable(outcomes: readonly Outcome[], most = 5): string {
  const rows = outcomes.map((outcome) => [outcome.from, outcome.to, result(outcome), outcome.how])
  const lost = outcomes.flatMap(({ from, to, lost }) =>
    lost.slice(0, most).map(({ what, why }) => `✗ ${from} → ${to}, ${what}: ${why}`),
  )
  const whole = outcomes.filter(({ lost }) => lost.length === 0).length
  return [
    ...columns([['from', 'to', 'result', 'by'], ...rows]),
    '',
    ...lost,
    `${whole} of ${outcomes.length} directions lead where they should.`,
    '',
  ].join('\n')
}
