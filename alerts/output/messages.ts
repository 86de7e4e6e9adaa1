/**
 * What people read, in Alertmanager's template language (Go templates): what, how bad, since when, what to do first, links.
 * A group holds the alerts of one subject.
 */

/** `[FIRING:2] DatabaseDown · P1: The database does not answer.` */
export const title =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
  '{{ with index (or .Alerts.Firing .Alerts) 0 }}{{ .Labels.alertname }} · {{ .Labels.priority }}: {{ .Annotations.summary }}{{ end }}'

/** Go's reference time, written as the clock shows it. */
const clock = (time: string): string => `{{ ${time}.UTC.Format "2006-01-02 15:04:05 UTC" }}`

const firing = `{{ range .Alerts.Firing }}*{{ .Labels.alertname }}* ({{ .Labels.severity }}, {{ .Labels.priority }}: respond {{ .Annotations.respond }})
{{ .Annotations.description }}
*Impact:* {{ .Annotations.impact }}
*First:* {{ .Annotations.first_step }}
*Since:* ${clock('.StartsAt')}
<{{ .Annotations.runbook_url }}|Runbook> · <{{ .Annotations.dashboard_url }}|Dashboard>
{{ end }}`

const resolved = `{{ range .Alerts.Resolved }}*{{ .Labels.alertname }}* is over: it fired for {{ (.EndsAt.Sub .StartsAt).Seconds | humanizeDuration }}, from ${clock('.StartsAt')} to ${clock('.EndsAt')}.
<{{ .Annotations.runbook_url }}|Runbook> · <{{ .Annotations.dashboard_url }}|Dashboard>
{{ end }}`

/** Slack's own markup. */
export const slackText = `${firing}${resolved}`

/** `good` and `danger` are Slack's green and red. */
export const slackColour =
  '{{ if eq .Status "resolved" }}good{{ else if eq (index (or .Alerts.Firing .Alerts) 0).Labels.severity "critical" }}danger{{ else }}warning{{ end }}'

/** What stands in an incident of PagerDuty, beside its title and links. */
export const pagerDutyDetails: Readonly<Record<string, string>> = {
  what: '{{ range .Alerts }}{{ .Labels.alertname }}: {{ .Annotations.description }}\n{{ end }}',
  impact: '{{ with index (or .Alerts.Firing .Alerts) 0 }}{{ .Annotations.impact }}{{ end }}',
  first_step: '{{ with index (or .Alerts.Firing .Alerts) 0 }}{{ .Annotations.first_step }}{{ end }}',
  respond: '{{ with index (or .Alerts.Firing .Alerts) 0 }}{{ .Annotations.respond }}{{ end }}',
  since: `{{ with index (or .Alerts.Firing .Alerts) 0 }}${clock('.StartsAt')}{{ end }}`,
  // Alertmanager adds these two by itself, with every label and annotation; the above says it all.
  firing: '',
  resolved: '',
}

export const ofFirst = (what: string): string => `{{ with index (or .Alerts.Firing .Alerts) 0 }}{{ ${what} }}{{ end }}`
