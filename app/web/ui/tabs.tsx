import { useLocation } from 'preact-iso'
import { addressOf } from '../use-filters.ts'

/** Pages of one part, each with an address of its own: the first has none but the part's. Filters named in `keep` stay. */
export const Tabs = ({
  label,
  tabs,
  keep = [],
}: {
  label: string
  keep?: readonly string[]
  tabs: readonly { readonly name: string; readonly title: string }[]
}) => {
  const { path, query } = useLocation()
  const first = tabs[0]?.name
  const current = query.tab ?? first
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ name, title }) => (
        <a
          key={name}
          href={addressOf(path, {
            ...Object.fromEntries(keep.map((one) => [one, query[one] ?? ''])),
            tab: name === first ? '' : name,
          })}
          aria-current={name === current ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  )
}
