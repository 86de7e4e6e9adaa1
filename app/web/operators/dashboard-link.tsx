import { say } from '../language.ts'
import { session } from '../session.ts'

const texts = {
  open: { en: 'Open the dashboard {title}', da: 'Åbn dashboardet {title}' },
} as const

/** The way to a dashboard, with the same time range; nothing where no dashboards are. */
export const DashboardLink = ({ uid, title, range }: { uid: string; title: string; range: string }) => {
  const dashboards = session.value?.links?.dashboards
  if (!dashboards) return null
  return (
    <a href={`${dashboards.replace(/\/$/, '')}/d/${uid}?from=now-${range}&to=now`} target="_blank" rel="noreferrer">
      {say(texts.open, { title })}
    </a>
  )
}
