import { duration, say } from '../../language.ts'
import '../../style/waterfall.css'
import { Pill } from '../../ui/card.tsx'
import type { Row } from './lay-out.ts'

const texts = {
  title: { en: 'Spans of the trace', da: 'Sporets led' },
  span: { en: 'Span', da: 'Led' },
  service: { en: 'Process', da: 'Proces' },
  began: { en: 'Began after', da: 'Begyndte efter' },
  took: { en: 'Took', da: 'Varede' },
  when: { en: 'When', da: 'Hvornår' },
  failed: { en: 'failed', da: 'fejlede' },
  step: { en: 'step {number}: {name}', da: 'trin {number}: {name}' },
} as const

/** Deeper ones are not moved further in: there would be no place for their names. */
const deepest = 8

/** Which step of the journey a span is the first of. */
const stepOf = (name: string, steps: readonly { readonly name: string; readonly spans: readonly string[] }[]) => {
  const index = steps.findIndex(({ spans }) => spans.includes(name))
  return index < 0 ? undefined : say(texts.step, { number: index + 1, name: steps[index]?.name ?? '' })
}

/** Each span as a bar at its time, below the one that caused it. The times also stand there as figures. */
export const Waterfall = ({
  rows,
  steps,
  durationMs,
}: {
  rows: readonly Row[]
  steps: readonly { readonly name: string; readonly spans: readonly string[] }[]
  durationMs: number
}) => {
  const share = (ms: number): string => `${durationMs > 0 ? Math.min(100, (ms / durationMs) * 100) : 0}%`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: no fieldset, and no landmark either: its card is one
    <div role="group" class="scroll" tabIndex={0} aria-label={say(texts.title)}>
      <table class="waterfall">
        <thead>
          <tr>
            <th scope="col">{say(texts.span)}</th>
            <th scope="col" class="minor">
              {say(texts.service)}
            </th>
            <th scope="col" class="number minor">
              {say(texts.began)}
            </th>
            <th scope="col" class="number">
              {say(texts.took)}
            </th>
            <th scope="col" class="bars">
              {say(texts.when)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ span, depth, afterMs }) => {
            const step = stepOf(span.name, steps)
            const about = Object.values(span.attributes).join(', ')
            return (
              <tr key={span.spanId} data-tone={span.failed ? 'bad' : step ? 'good' : 'off'}>
                <td>
                  <div style={{ paddingInlineStart: `${Math.min(depth, deepest) * 0.9}rem` }}>
                    {span.name} {span.failed && <Pill tone="bad">{say(texts.failed)}</Pill>}
                    {step && <p class="quiet">{step}</p>}
                    {about !== '' && <p class="quiet">{about}</p>}
                  </div>
                </td>
                <td class="minor">{span.service}</td>
                <td class="number minor">{duration(afterMs / 1_000)}</td>
                <td class="number">{duration(span.durationMs / 1_000)}</td>
                <td class="bars" aria-hidden="true">
                  <div class="bar" style={{ marginInlineStart: share(afterMs), width: share(span.durationMs) }} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
