import { seconds } from '../../catalogue/intervals.ts'
import { type Alert, descriptionOf, variablesOf } from '../alert.ts'
import { priorities } from '../conventions.ts'

const runbookBase = '{{ $externalLabels.runbook_base }}'
const dashboardBase = '{{ $externalLabels.dashboard_base }}'

/** From some time before the alert until whenever the link is opened. `Add` takes nanoseconds; multiplying is not in the template language. */
const from = (lookBack: string): string => `{{ ((toTime now).Add -${seconds(lookBack)}000000000).UnixMilli }}`

/** The dashboard with time range and variables filled in. */
const dashboardUrl = (alert: Alert): string => {
  const { uid, lookBack } = alert.dashboard
  const variables = Object.entries(variablesOf(alert)).map(([name, value]) => `&var-${name}=${value}`)
  return `${dashboardBase}/d/${uid}?from=${from(lookBack)}&to=now${variables.join('')}`
}

/** What a notification says, in Prometheus' template language. Of an alert that nobody is told of, what a list of alerts shows. */
export const annotationsOf = (alert: Alert): Record<string, string> => {
  const shown = {
    summary: alert.summary,
    description: descriptionOf(alert),
    runbook_url: `${runbookBase}/runbooks/${alert.runbook.slug}`,
  }
  if (alert.receivers.includes('nobody')) return shown
  return {
    ...shown,
    impact: alert.runbook.impact,
    first_step: alert.runbook.firstStep,
    respond: priorities[alert.priority].respond,
    dashboard_url: dashboardUrl(alert),
  }
}
