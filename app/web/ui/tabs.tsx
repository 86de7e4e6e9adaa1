import { useLocation } from 'preact-iso'

/** Pages of one part, each with an address of its own: the first has none but the part's. */
export const Tabs = ({
  label,
  tabs,
}: {
  label: string
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
          href={name === first ? path : `${path}?tab=${name}`}
          aria-current={name === current ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  )
}
