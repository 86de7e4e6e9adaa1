/** The prose of docs/operations.md that holds no number from elsewhere. */
export const beforeChecklists = `## The incident procedure

Each message has what the first minutes need, in this order; the runbook that it links goes on from there.

| step | in the message | on the runbook's page | done when |
| --- | --- | --- | --- |
| 1. Detect | title, measured value, *Since* | What set it off | somebody has acknowledged it |
| 2. Triage | *Impact*, *Respond*, priority, team | Impact | it has the right priority and one person who leads |
| 3. Diagnose | *Dashboard* | First look; Causes | the cause is known, or is at least narrowed to one part |
| 4. Mitigate | *First* | What to do; When to call others | users are no longer hurt |
| 5. Resolve | the resolved notice | What set it off | the alert is over and stays over for an hour |
| 6. Post-mortem | the messages as its time line | all of it | it is written, and each action has an owner and a day |

1. **Detect.** Acknowledge the incident in PagerDuty, or answer the message in Slack with 👀. That is the time from which the response counts. Was it found by a person and not by an alert? Open an incident by hand, and note that an alert is missing.
2. **Triage.** Read *Impact*. Is it true, and is it all? Raise or lower the priority accordingly. P1 and P2 get a leader (whoever answered, until handed over), a thread in \`#incidents\`, and a first note to support within the time to respond: what does not work, for whom, when there will be news. The leader does not type commands; somebody else does.
3. **Diagnose.** Open the dashboard: its time range and variables are set. Then the runbook's *First look*, from top to bottom: each query says how to read its answer. Go from metrics to a trace (a point on a latency panel), and from the trace to its log lines. Write into the thread what was looked at and what was not the cause.
4. **Mitigate.** First make it stop hurting: go back to the release before, switch the cause off, add room, let queues wait. Finding out why comes after. Not better after the runbook's time, or out of ideas: call the next, as *When to call others* says. Calling too early is never wrong.
5. **Resolve.** The alert ends by itself, and everyone who was told is told so. Look at the objective's budget (dashboard *SLOs and Error Budgets*), send what was given up again (dead letters, failed webhooks and synchronizations), expire the silences that were set, tell support, close the incident.
6. **Post-mortem.** Within three working days, for each P1, each P2 that took more than an hour, and whatever somebody wants to learn from. Without blame: people did what seemed right with what they saw.

### A post-mortem has

- **What happened**, in three sentences, and **whom it hurt**: requests, users, minutes, budget spent.
- **Time line** in UTC: the fault, the alert, the answer, the cause found, the end of the pain, the end.
- **How it was found.** By the alert that should have? How long from the fault to the message (\`npm run bench:alerts\` shows what is normal)?
- **Causes**, each followed by *why?* until the answer is something that can be changed.
- **What helped, what stood in the way**: runbook, dashboard, tools.
- **Actions**, each with owner and day: so that it does not happen, so that it is found sooner, so that it hurts less. Changes to an alert or runbook are made in \`alerts/rules/\`.

## Silencing

Each message links a form with alert and subject filled in. Say who you are, for how long (as short as the work takes, a day at
most) and why: the number of the incident. That note is how it is counted later that somebody acted upon the alert. On the command line
(\`amtool\` comes with Alertmanager: natively in \`~/.cache/crm-observability/servers/alertmanager-…/\`, in compose
\`docker compose exec alertmanager amtool\`):

\`\`\`sh
amtool --alertmanager.url=http://127.0.0.1:9093 silence add alertname=QueueBacklog subject=queues \\
  --duration=2h --author="$USER" --comment="INC-123: the queue is being emptied"
amtool --alertmanager.url=http://127.0.0.1:9093 silence expire <id>
\`\`\`

Before planned work silence the cause, not the symptoms: what follows from it is not told anyway. Never silence the dead man's switch.

## Testing the way of an alert

\`\`\`sh
scripts/test-alert.sh critical "Is anybody there?" crm    # critical, warning or info; any team
scripts/test-escalation.sh P1                             # P1, P2, P3 or P4
\`\`\`

Both send a real alert through the Alertmanager of the running stack, show who was told by which way and after how many seconds,
say who is next when nobody answers, and end the alert again; the exit code is 0 only if everyone was told, and told that it is
over. \`ALERTMANAGER_URL\` points them at another one; where there is no sandbox to look into they show what Alertmanager itself has
counted. Messages are read at http://127.0.0.1:4000/inbox as people would see them.

## Where alerts are delivered

Locally everything ends in the sandbox. A variable takes its place when the stack starts, natively and in compose; Alertmanager
reads each from a file that only it may read.

| variable | what |
| --- | --- |
| \`ALERT_PAGERDUTY_CRM_KEY\`, \`…_INTEGRATIONS_KEY\`, \`…_PLATFORM_KEY\` | integration key (Events API v2) of each team's service; with any of them PagerDuty itself is called, so set all three |
| \`ALERT_SLACK_INCIDENTS_URL\`, \`ALERT_SLACK_CRM_URL\`, \`…_INTEGRATIONS_URL\`, \`…_PLATFORM_URL\` | incoming webhook of the incident channel, and of each team's |
| \`ALERT_WEBHOOK_URL\` | whoever listens to the receiver \`webhook\`; the CRM itself always does |
| \`ALERT_HEARTBEAT_URL\` | the watcher of the dead man's switch |
| \`ALERT_SMTP_SMARTHOST\`, \`ALERT_SMTP_FROM\`, \`ALERT_SMTP_USERNAME\`, \`ALERT_SMTP_PASSWORD\` | mail server as \`host:port\`, with TLS |
| \`ALERT_EMAIL_CRM\`, \`ALERT_EMAIL_INTEGRATIONS\`, \`ALERT_EMAIL_PLATFORM\` | who is on call |

Without the launcher, \`alerts/generated/alertmanager.yaml\` with \`messages.tmpl\` beside it is a complete configuration: fill
\`secrets/\` in the folder where Alertmanager runs, state the mail server in \`global\`, and start it with \`--data.retention=840h\`,
so that what is told once is not told again.`
