import { useLocation } from 'preact-iso'

/**
 * A filter that lives in the address, so that a link shows the same: `const [status, setStatus] = useQuery('status', 'pending')`.
 * The fallback is left out of the address.
 */
export const useQuery = (name: string, fallback = ''): readonly [string, (value: string) => void] => {
  const { query, path, route } = useLocation()
  const set = (value: string): void => {
    const next = new URLSearchParams(query)
    if (value === '' || value === fallback) next.delete(name)
    else next.set(name, value)
    const text = next.toString()
    route(text === '' ? path : `${path}?${text}`, true)
  }
  return [query[name] ?? fallback, set]
}
