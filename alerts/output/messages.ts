import { generatedMark } from '../conventions.ts'

/**
 * What people read, in Alertmanager's template language (Go templates): what, how bad, since when, what it does to whom, what
 * to do first, links. A group holds the alerts of one subject; the first is told in full, the others in a line each.
 */

/** How to write a template of the file below. */
export const use = (name: TemplateName): string => `{{ template "crm.${name}" . }}`

/** Lines for the other alerts of a group; what is left is counted. */
const listed = 5

/** Go's reference time, written as the clock shows it. */
const clock = (time: string): string => `{{ ${time}.UTC.Format "2006-01-02 15:04:05 UTC" }}`

/** The alert that the message is about: the first that fires, or the first that did. */
const first = (text: string): string => `{{ with index (or .Alerts.Firing .Alerts) 0 }}${text}{{ end }}`

/** The words only where there are any: an alert that somebody sent by hand may have none. */
const where = (annotation: string, text: string): string => `{{ with .Annotations.${annotation} }}${text}{{ end }}`

/** How long, of an alert that is over. */
const lasted = '{{ (.EndsAt.Sub .StartsAt).Seconds | humanizeDuration }}'

/** A form that asks for how long, and why; filled in with what the message is about. */
const silence =
  '{{ $.ExternalURL }}/#/silences/new?filter=%7Balertname%3D%22{{ .Labels.alertname | urlquery }}%22%2Csubject%3D%22{{ .Labels.subject | urlquery }}%22%7D'

/** The others, each by `line`, and how many more there are. */
const others = (
  which: 'Firing' | 'Resolved',
  { from, line, more }: { from: 0 | 1; line: string; more: string },
): string => {
  const last = from + listed
  return (
    `{{ range $index, $alert := .Alerts.${which} }}{{ if and (ge $index ${from}) (lt $index ${last}) }}{{ with $alert }}${line}{{ end }}{{ end }}{{ end }}` +
    `{{ if gt (len .Alerts.${which}) ${last} }}${more.replace('N', `{{ len (slice .Alerts.${which} ${last}) }}`)}{{ end }}`
  )
}

/** Slack reads three characters as its own. */
const slackSafe = (value: string): string =>
  `{{ ${value} | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}`

const slackLinks = `${where('runbook_url', '<{{ . }}|Runbook> · ')}${where('dashboard_url', '<{{ . }}|Dashboard> · ')}<${silence}|Silence>`

const slackFirst = `${where('description', `${slackSafe('.')}\n`)}${where('impact', `*Impact:* ${slackSafe('.')}\n`)}${where('first_step', `*First:* ${slackSafe('.')}\n`)}*Since:* ${clock('.StartsAt')}
*Respond:* {{ or .Annotations.respond "as soon as you can" }} · {{ .Labels.severity }}, {{ .Labels.priority }} · team {{ .Labels.team }}
${slackLinks}
`

const textLinks = `${where('runbook_url', 'Runbook:   {{ . }}\n')}${where('dashboard_url', 'Dashboard: {{ . }}\n')}Silence:   ${silence}\n`

const textFirst = `{{ .Annotations.summary }}
${where('description', '{{ . }}\n')}
${where('impact', 'Impact:    {{ . }}\n')}${where('first_step', 'First:     {{ . }}\n')}Since:     ${clock('.StartsAt')}
Respond:   {{ or .Annotations.respond "as soon as you can" }} ({{ .Labels.severity }}, {{ .Labels.priority }}, team {{ .Labels.team }})

${textLinks}`

/** Mail programs know tables and styles of each element, and little else; one column fits a phone. */
const font = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif'
const row = (name: string, text: string): string =>
  `<tr><td style="padding:4px 12px 4px 0;color:#5b6472;vertical-align:top;white-space:nowrap">${name}</td><td style="padding:4px 0;vertical-align:top">${text}</td></tr>`
const button = (href: string, name: string): string =>
  `<a href="${href}" style="display:inline-block;margin:0 8px 8px 0;padding:10px 16px;border-radius:6px;background:#0b57d0;color:#ffffff;text-decoration:none;font-weight:600">${name}</a>`
const paragraph = (text: string, style = ''): string => `<p style="margin:0 0 12px${style}">${text}</p>`

const htmlFirst = `<h1 style="margin:0 0 8px;font-size:20px;line-height:1.3">{{ .Annotations.summary }}</h1>
${where('description', paragraph('{{ . }}', ';font-size:17px'))}
<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 16px;font-size:15px;border-collapse:collapse">
${where('impact', row('Impact', '{{ . }}'))}{{ if eq .Status "firing" }}${where('first_step', row('First', '<strong>{{ . }}</strong>'))}{{ end }}${row('Since', clock('.StartsAt'))}{{ if eq .Status "resolved" }}${row('Until', `${clock('.EndsAt')}, after ${lasted}`)}{{ end }}{{ if eq .Status "firing" }}${row('Respond', '{{ or .Annotations.respond "as soon as you can" }}')}{{ end }}${row('Alert', '{{ .Labels.alertname }}, {{ .Labels.severity }}, {{ .Labels.priority }}, team {{ .Labels.team }}')}
</table>
<div>${where('runbook_url', button('{{ . }}', 'Runbook'))}${where('dashboard_url', button('{{ . }}', 'Dashboard'))}${button(silence, 'Silence')}</div>`

const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body style="margin:0;padding:0;background:#f5f6f8;color:#1c2430;${font};font-size:16px;line-height:1.5">
<div style="max-width:600px;margin:0 auto;padding:16px">
<div style="padding:10px 16px;border-radius:8px 8px 0 0;color:#ffffff;font-weight:700;background:{{ if eq .Status "resolved" }}#1b6e3c{{ else }}#b3261e{{ end }}">{{ if eq .Status "resolved" }}Over{{ else }}{{ len .Alerts.Firing }} firing{{ end }}</div>
<div style="padding:16px;border-radius:0 0 8px 8px;background:#ffffff">
${first(htmlFirst)}
${others('Firing', { from: 1, line: paragraph(`<strong>{{ .Labels.alertname }}</strong>: {{ .Annotations.description }} <span style="color:#5b6472">since ${clock('.StartsAt')}</span>`), more: paragraph('… and N more') })}
{{ if eq .Status "firing" }}${others('Resolved', { from: 0, line: paragraph(`<strong>{{ .Labels.alertname }}</strong> is over after ${lasted}`), more: paragraph('… and N more are over') })}{{ end }}
</div></div></body></html>`

const over = `{{ .Labels.alertname }} is over: it fired for ${lasted}, from ${clock('.StartsAt')} to ${clock('.EndsAt')}.`

/** Alertmanager reads a rendered detail as YAML where it can: "Name: text" would be an object. A space that does not break is none for YAML. */
const detail = (value: string): string => `{{ ${value} | reReplaceAll ": " ":\u00a0" }}`

const templates = {
  /** `[FIRING:2] DatabaseDown · P1: The database does not answer.` */
  title:
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
    first('{{ .Labels.alertname }} · {{ .Labels.priority }}: {{ .Annotations.summary }}'),

  /** Slack's own markup. */
  'slack.text':
    `{{ if eq .Status "firing" }}${first(slackFirst)}{{ end }}` +
    others('Firing', {
      from: 1,
      line: `• *{{ .Labels.alertname }}:* ${slackSafe('.Annotations.description')} (since ${clock('.StartsAt')})\n`,
      more: '… and N more fire\n',
    }) +
    others('Resolved', { from: 0, line: `✓ ${over}\n`, more: '… and N more are over\n' }) +
    `{{ if eq .Status "resolved" }}${first(slackLinks)}\n{{ end }}`,
  /** Slack's green and red; it knows `warning` too, which is yellow. */
  'slack.colour':
    '{{ if eq .Status "resolved" }}good{{ else if eq (index (or .Alerts.Firing .Alerts) 0).Labels.severity "critical" }}danger{{ else }}warning{{ end }}',

  'email.text':
    `{{ if eq .Status "firing" }}${first(textFirst)}{{ end }}` +
    others('Firing', {
      from: 1,
      line: `\n- {{ .Labels.alertname }}: {{ .Annotations.description }} (since ${clock('.StartsAt')})`,
      more: '\n… and N more fire',
    }) +
    others('Resolved', { from: 0, line: `\n${over}`, more: '\n… and N more are over' }) +
    `{{ if eq .Status "resolved" }}\n\n${first(textLinks)}{{ end }}\n`,
  'email.html': html,

  'pagerduty.what':
    `{{ range $index, $alert := .Alerts.Firing }}{{ if lt $index 10 }}{{ .Labels.alertname }}:\u00a0${detail('.Annotations.description')}\n{{ end }}{{ end }}` +
    '{{ if gt (len .Alerts.Firing) 10 }}… and {{ len (slice .Alerts.Firing 10) }} more\n{{ end }}',
  'pagerduty.impact': first(detail('.Annotations.impact')),
  'pagerduty.first-step': first(detail('.Annotations.first_step')),
  runbook: first('{{ .Annotations.runbook_url }}'),
  dashboard: first('{{ .Annotations.dashboard_url }}'),
  silence: first(silence),
  respond: first('{{ .Annotations.respond }}'),
  since: first(clock('.StartsAt')),
  team: first('{{ .Labels.team }}'),
  alertname: first('{{ .Labels.alertname }}'),
  severity: first('{{ .Labels.severity }}'),
  subject: first('{{ .Labels.subject }}'),
} as const satisfies Record<string, string>

type TemplateName = keyof typeof templates

/** What stands in an incident of PagerDuty, beside its title and links. */
export const pagerDutyDetails: Readonly<Record<string, string>> = {
  what: use('pagerduty.what'),
  impact: use('pagerduty.impact'),
  first_step: use('pagerduty.first-step'),
  respond: use('respond'),
  since: use('since'),
  team: use('team'),
  // Alertmanager adds these two by itself, with every label and annotation; the above says it all.
  firing: '',
  resolved: '',
}

/** The file that Alertmanager reads them from. */
export const messagesTmpl = (): Record<string, string> => ({
  'messages.tmpl': [
    `{{/* ${generatedMark} */}}`,
    ...Object.entries(templates).map(([name, text]) => `{{ define "crm.${name}" }}${text}{{ end }}`),
    '',
  ].join('\n'),
})
