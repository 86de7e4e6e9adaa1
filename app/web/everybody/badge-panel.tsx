import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { BadgeState } from '../../live/messages.ts'
import { api, read } from '../client.ts'
import { ago, dateTime, number, say, timeOfDay } from '../language.ts'
import { clockOffset, now } from '../live.ts'
import { isOperator } from '../session.ts'
import { Pill } from '../ui/card.tsx'
import { words } from '../ui/texts.ts'
import { Trouble } from '../ui/trouble.tsx'
import { badgeNames, details, purposes, reasons, toneOf } from './badge-texts.ts'

const texts = {
  lastSuccess: { en: 'Last success', da: 'Sidste succes' },
  lastError: { en: 'Last error', da: 'Sidste fejl' },
  checked: { en: 'Checked', da: 'Undersøgt' },
  waiting: { en: 'Waiting jobs', da: 'Ventende jobs' },
  never: { en: 'not known', da: 'kendes ikke' },
  none: { en: 'none', da: 'ingen' },
  check: { en: 'Check now', da: 'Undersøg nu' },
  checking: { en: 'Checking …', da: 'Undersøger …' },
  queues: { en: 'See the queues', da: 'Se køerne' },
} as const

/** Everything that is known of one dependency, and a way to ask it now. */
export const BadgePanel = ({
  badge: told,
  at,
  onClose,
}: {
  badge: BadgeState
  /** Where its badge begins, in pixels from the side of the screen. */
  at: number
  onClose: () => void
}) => {
  const [checked, setChecked] = useState<BadgeState>()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const panel = useRef<HTMLElement>(null)
  const id = useId()
  useEffect(() => {
    panel.current?.focus()
    const leave = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') onClose()
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [])

  // Whichever is newer: what came of asking, or what the page was told since.
  const badge = checked && checked.checkedAt > told.checkedAt ? checked : told
  const check = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      setChecked(await read(api.status[':name'].check.$post({ param: { name: badge.name } })))
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  const when = (instant: string | null) =>
    instant === null ? (
      say(texts.never)
    ) : (
      <time dateTime={instant} title={dateTime(instant)}>
        {ago(instant, now.value + clockOffset.value)}
      </time>
    )
  return (
    <section ref={panel} class="panel" style={{ '--at': `${at}px` }} tabIndex={-1} aria-labelledby={id}>
      <header>
        <h2 id={id}>{say(badgeNames[badge.name])}</h2>
        <Pill tone={toneOf[badge.state]}>{say(reasons[badge.reason])}</Pill>
        <button type="button" class="plain" aria-label={say(words.close)} onClick={onClose}>
          ×
        </button>
      </header>
      <p>{say(details[badge.reason], { time: badge.rateLimitedUntil ? timeOfDay(badge.rateLimitedUntil) : '' })}</p>
      <p class="quiet">{say(purposes[badge.name])}</p>
      <dl class="facts">
        <dt>{say(texts.lastSuccess)}</dt>
        <dd>{when(badge.lastSuccessAt)}</dd>
        <dt>{say(texts.lastError)}</dt>
        <dd>{badge.lastErrorAt === null ? say(texts.none) : when(badge.lastErrorAt)}</dd>
        <dt>{say(texts.checked)}</dt>
        <dd>{when(badge.checkedAt)}</dd>
        <dt>{say(texts.waiting)}</dt>
        <dd>{number(badge.waiting)}</dd>
      </dl>
      {error !== undefined && <Trouble error={error} />}
      <p class="buttons">
        <button type="button" class="main" disabled={isBusy} onClick={() => void check()}>
          {say(isBusy ? texts.checking : texts.check)}
        </button>
        {isOperator() && (
          <a href="/admin/queues" onClick={onClose}>
            {say(texts.queues)}
          </a>
        )}
      </p>
    </section>
  )
}
