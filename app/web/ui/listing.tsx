import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { say } from '../language.ts'
import { isOperator } from '../session.ts'
import { words } from './texts.ts'

const texts = {
  search: { en: 'Search', da: 'Søg' },
  newest: { en: 'Newest', da: 'Nyeste' },
  older: { en: 'Older', da: 'Ældre' },
  pages: { en: 'Pages', da: 'Sider' },
  trace: { en: 'Follow what it set off', da: 'Følg, hvad det satte i gang' },
} as const

/** Milliseconds without another key after which it is searched. */
const pauseMs = 250

export const Search = ({ value, onSearch }: { value: string; onSearch: (text: string) => void }) => {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onSearch(typed), pauseMs)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <label>
      {say(texts.search)}
      <input
        type="search"
        value={typed}
        maxLength={200}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  )
}

/** From page to page, newest first. Nothing where all is on one. */
export const Pages = ({
  cursor,
  nextCursor,
  onPage,
}: {
  cursor: string | undefined
  nextCursor: string | null
  onPage: (cursor: string | undefined) => void
}) =>
  cursor === undefined && nextCursor === null ? null : (
    <nav class="pages" aria-label={say(texts.pages)}>
      <button type="button" disabled={cursor === undefined} onClick={() => onPage(undefined)}>
        {say(texts.newest)}
      </button>
      <button type="button" disabled={nextCursor === null} onClick={() => onPage(nextCursor ?? undefined)}>
        {say(texts.older)}
      </button>
    </nav>
  )

export interface Done {
  readonly text: string
  /** Of the work that it set off. */
  readonly traceId?: string | undefined
}

/** What came of the last action. Operators can follow the work that goes on in the background. */
export const DoneNote = ({ done, onClose }: { done: Done | undefined; onClose: () => void }) => (
  <div role="status">
    {done && (
      <p class="done" data-tone="good">
        {done.text}
        {isOperator() && done.traceId && <a href={`/admin/journeys?trace=${done.traceId}`}>{say(texts.trace)}</a>}
        <button type="button" class="plain" aria-label={say(words.close)} onClick={onClose}>
          ×
        </button>
      </p>
    )}
  </div>
)

/** The head of a list: its title, and a button for what is to be done most. */
export const Title = ({ children, action }: { children: string; action: ComponentChildren }) => (
  <div class="title">
    <h1>{children}</h1>
    {action}
  </div>
)
