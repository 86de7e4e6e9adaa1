import { useLocation } from 'preact-iso'

/**
 * Several filters that live in the address, so that a link shows the same, and the page of the list that they make:
 * `const [filters, set] = useFilters(['status', 'q'])`, `set({ status: 'error' })`. A list that is filtered otherwise begins anew.
 */
export const useFilters = <const Name extends string>(
  names: readonly Name[],
): readonly [Readonly<Record<Name | 'after', string>>, (changes: Partial<Record<Name | 'after', string>>) => void] => {
  const { query, path, route } = useLocation()
  const values = Object.fromEntries([...names, 'after'].map((name) => [name, query[name] ?? '']))
  const set = (changes: Partial<Record<Name | 'after', string>>): void => {
    const text = changed(query, changes)
    route(text === '' ? path : `${path}?${text}`, true)
  }
  return [values as Record<Name | 'after', string>, set]
}

/** The query of an address with some of it changed; what is empty is left out. */
export const changed = (
  query: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): string => {
  const next = new URLSearchParams(query)
  next.delete('after')
  for (const [name, value = ''] of Object.entries(changes))
    if (value === '') next.delete(name)
    else next.set(name, value)
  return next.toString()
}

/** The address of a page with what is set of a query. */
export const addressOf = (path: string, query: Readonly<Record<string, string>>): string => {
  const text = changed({}, query)
  return text === '' ? path : `${path}?${text}`
}

/** What of it is set: the query of a request. */
export const given = <Values extends Readonly<Record<string, string>>>(values: Values): Partial<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<Values>
