import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { say } from '../language.ts'
import type { Reading } from '../use-read.ts'
import { words } from './texts.ts'
import { Trouble } from './trouble.tsx'

/** A titled piece of a page. */
export const Card = ({
  title,
  aside,
  wide = false,
  children,
}: {
  title: string
  aside?: ComponentChildren
  wide?: boolean
  children: ComponentChildren
}) => {
  const id = useId()
  return (
    <section class={wide ? 'card wide' : 'card'} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** What was read; before that, that it is loading; or why it cannot be, above what was read last. */
export function Shown<T>({ of, children }: { of: Reading<T>; children: (data: T) => ComponentChildren }) {
  const { data, error, reload } = of
  return (
    <>
      {error !== undefined && <Trouble error={error} retry={reload} />}
      {data !== undefined
        ? children(data)
        : error === undefined && (
            <p class="quiet" aria-busy="true">
              {say(words.loading)}
            </p>
          )}
    </>
  )
}

/** Nothing is there: why that is so, or what to do about it. */
export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>

/** One figure with its unit, and what it means. `tone` colours it; never the only sign. */
export const Figure = ({
  label,
  value,
  note,
  tone,
}: {
  label: string
  value: string
  note?: string | undefined
  tone?: Tone | undefined
}) => (
  <div class="figure" data-tone={tone}>
    <dt>{label}</dt>
    <dd>{value}</dd>
    {note && <dd class="quiet">{note}</dd>}
  </div>
)

/** Figures beside each other. */
export const Figures = ({ children }: { children: ComponentChildren }) => <dl class="figures">{children}</dl>

export type Tone = 'good' | 'warn' | 'bad' | 'off'

/** A state as a word with a colour and a shape. */
export const Pill = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class="pill" data-tone={tone}>
    {children}
  </span>
)
