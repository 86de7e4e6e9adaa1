import { useEffect, useRef, useState } from 'preact/hooks'
import '../style/status.css'
import type { BadgeName, BadgeState } from '../../live/messages.ts'
import { say } from '../language.ts'
import { status } from '../live.ts'
import { BadgePanel } from './badge-panel.tsx'
import { badgeNames, reasons, shapeOf, toneOf } from './badge-texts.ts'

const texts = {
  title: { en: 'How everything is', da: 'Sådan har alt det' },
  waiting: { en: 'Asking how everything is …', da: 'Spørger, hvordan alt har det …' },
  well: { en: 'Everything works', da: 'Alt virker' },
  troubles: { en: 'Trouble: {names}', da: 'Problemer: {names}' },
} as const

const isTrouble = ({ state }: BadgeState): boolean => state === 'degraded' || state === 'error'

/** One button for each thing that the service depends on. On a narrow screen those that are well are folded away. */
export const Badges = () => {
  const [chosen, setChosen] = useState<BadgeName>()
  const [at, setAt] = useState(0)
  const [isUnfolded, setUnfolded] = useState(false)
  const list = useRef<HTMLUListElement>(null)
  const badges = status.value?.badges
  const place = useRef<HTMLElement>(null)
  // Whoever turns to something else on the page is done with what lies over it.
  useEffect(() => {
    if (chosen === undefined) return
    const leave = ({ target }: Event): void => {
      if (target instanceof Node && !place.current?.contains(target)) setChosen(undefined)
    }
    document.addEventListener('pointerdown', leave)
    return () => document.removeEventListener('pointerdown', leave)
  }, [chosen])
  if (!badges) return <p class="badges quiet">{say(texts.waiting)}</p>

  const open = badges.find(({ name }) => name === chosen)
  const close = (): void => {
    list.current?.querySelector<HTMLElement>('[aria-expanded="true"]')?.focus()
    setChosen(undefined)
  }
  const troubled = badges.filter(isTrouble).map(({ name }) => say(badgeNames[name]))
  const summary = troubled.length === 0 ? say(texts.well) : say(texts.troubles, { names: troubled.join(', ') })
  return (
    <section ref={place} class={isUnfolded ? 'badges unfolded' : 'badges'} aria-label={say(texts.title)}>
      <button type="button" class="summary" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
        {summary}
      </button>
      <ul ref={list}>
        {badges.map((badge) => (
          <li key={badge.name} data-state={badge.state}>
            <button
              type="button"
              class="badge"
              data-tone={toneOf[badge.state]}
              data-badge={badge.name}
              title={say(reasons[badge.reason])}
              aria-expanded={badge.name === chosen}
              onClick={({ currentTarget }) => {
                setAt(currentTarget.getBoundingClientRect().left)
                setChosen(badge.name === chosen ? undefined : badge.name)
              }}
            >
              <span aria-hidden="true" class="shape">
                {shapeOf[badge.state]}
              </span>
              {say(badgeNames[badge.name])}
              <span class="unseen">: {say(reasons[badge.reason])}</span>
            </button>
          </li>
        ))}
      </ul>
      {open && <BadgePanel key={open.name} badge={open} at={at} onClose={close} />}
      <p class="unseen" role="status">
        {summary}
      </p>
    </section>
  )
}
