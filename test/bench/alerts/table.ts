import type { Delivery } from './bench.ts'
import { isInTime, limitSeconds, type Measured, resolvedAfter } from './measure.ts'

/** What was heard during one round. */
export interface RoundResult extends Measured {
  readonly messages: ReadonlyMap<string, number>
  /** All of the run, newest first. */
  readonly deliveries: readonly Delivery[]
}

const seconds = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(0)} s`)

/** Delivery minus first truth, or nothing where one of them is missing. */
const between = (seenAfter: number | undefined, toldAfter: number | undefined): number | undefined =>
  seenAfter === undefined || toldAfter === undefined ? undefined : toldAfter - seenAfter

const rows = ({ outcomes, deliveries, mendedAt }: RoundResult): string[] =>
  outcomes.flatMap(({ fault, told }) =>
    told.map((one, index) => {
      const { expected, seenAfter, toldAfter, channels } = one
      const limit = expected.silenceSeconds
        ? `${expected.silenceSeconds} s after the fault`
        : `${expected.holdSeconds} + ${limitSeconds} s`
      const cells = [
        index === 0 ? fault.title : '',
        `${expected.alert}${expected.shortened ? ' ¹' : ''}`,
        seconds(seenAfter),
        seconds(between(seenAfter, toldAfter)),
        limit,
        seconds(toldAfter),
        channels.join(', ') || '–',
        seconds(resolvedAfter(deliveries, expected.alert, mendedAt)),
        isInTime(one) ? 'yes' : '**no**',
      ]
      return `| ${cells.join(' | ')} |`
    }),
  )

const loudness = ({ outcomes, messages }: RoundResult): string => {
  const faults = outcomes.map(({ fault }) => fault.title).join('; ')
  const heard = [...messages].sort(([a], [b]) => a.localeCompare(b)).map(([what, count]) => `  - ${count} × ${what}`)
  return `- ${faults}\n${heard.length > 0 ? heard.join('\n') : '  - nothing'}`
}

/** The page docs/alert-delivery.md. */
export const deliveryPage = (results: readonly RoundResult[], date: string): string => `# From a fault to a notification

Measured by \`npm run bench:alerts\` on ${date}: a stack of its own with its ordinary traffic, faults injected through the sandbox or by stopping a
server, and the notifications that Alertmanager delivered. "True" is when Prometheus first saw the alert's expression true; from then on it must be
delivered within its hold time and ${limitSeconds} s. That it is over is told once the window that the alert looks back over holds nothing bad any more.

| fault | alert | fault → true | true → delivered | limit | fault → delivered | by | mended → told that it is over | in time |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${results.flatMap(rows).join('\n')}

¹ windows and hold times a twelfth as long, made from the same generated rules: an hour is five minutes.

## How loud it was

Messages with something that fires, from the faults of a round until those of the next. One message names every alert of its group; each channel is a
message of its own.

${results.map(loudness).join('\n')}
`
