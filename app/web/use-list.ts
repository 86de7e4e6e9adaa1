import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { happened } from './live.ts'

/** Milliseconds for which events are gathered: an import would have everybody read for each of its rows. */
const gatherMs = 1_500

/** Calls `reload` a moment after something happened in the workspace whose type is of these: `contact.`, `deal.` */
export const useHappened = (kinds: RegExp, reload: () => void): void => {
  const latest = useRef(reload)
  latest.current = reload
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const first = useRef(happened.peek())
  useSignalEffect(() => {
    const event = happened.value
    // What happened before this was shown is in it.
    if (!event || event === first.current || !kinds.test(event.type)) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      latest.current()
    }, gatherMs)
  })
  useEffect(() => () => clearTimeout(timer.current), [])
}

/** What a list shows, as the address has it: each page of it can be gone back to, and sent to somebody. */
export const useList = () => {
  const { path, query, route } = useLocation()
  const go = (changes: Readonly<Record<string, string | undefined>>, replace = false): void => {
    const next = new URLSearchParams(query)
    for (const [name, value] of Object.entries(changes))
      if (value) next.set(name, value)
      else next.delete(name)
    const text = next.toString()
    route(text === '' ? path : `${path}?${text}`, replace)
  }
  return {
    q: query.q ?? '',
    /** Where the page begins; undefined: with the newest. */
    cursor: query.after,
    /** The row that is edited, or `new`. */
    edited: query.edit,
    filter: (name: string): string => query[name] ?? '',
    /** Other filters begin with the first page. */
    setFilter: (name: string, value: string): void => go({ [name]: value, after: undefined }, true),
    page: (cursor: string | undefined): void => go({ after: cursor }),
    edit: (id: string | undefined): void => go({ edit: id }, id === undefined),
  }
}
