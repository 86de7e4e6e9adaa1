import type { Tone } from './card.tsx'

/** A figure in a list, with how much it is of the most: the text says it, the bar lets rows be compared. */
export const Bar = ({
  value,
  of,
  text,
  tone,
}: {
  value: number
  of: number
  text: string
  tone?: Tone | undefined
}) => (
  <span class="bar" data-tone={tone}>
    <span class="track" aria-hidden="true">
      <span class="fill" style={{ width: `${of > 0 ? Math.min(100, Math.max(0, (100 * value) / of)) : 0}%` }} />
    </span>
    <span class="text">{text}</span>
  </span>
)
