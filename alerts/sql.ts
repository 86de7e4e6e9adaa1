/** Statements for runbooks. They only read, and end within a second on a busy database; a test runs each. */

export interface Sql {
  readonly text: string
}

const sql = (text: string): Sql => ({ text })

/** What the connections do, and for how long. */
export const connections =
  sql(`select application_name, state, wait_event_type, count(*), max(now() - state_change) as longest
from pg_stat_activity
where datname = current_database()
group by 1, 2, 3
order by count(*) desc;`)

/** Statements that run now, the longest first, with who blocks them. */
export const runningStatements =
  sql(`select pid, now() - query_start as running, pg_blocking_pids(pid) as blocked_by, left(query, 120) as query
from pg_stat_activity
where state <> 'idle' and pid <> pg_backend_pid()
order by query_start
limit 20;`)

/** Statements that cost most time since the statistics were reset. */
export const slowStatements =
  sql(`select calls, round(mean_exec_time::numeric, 1) as mean_ms, round(total_exec_time::numeric) as total_ms, left(query, 120) as query
from pg_stat_statements
order by total_exec_time desc
limit 20;`)

/** Jobs by queue and state, with the time the oldest has waited. */
export const jobsByState = sql(`select name as queue, state, count(*), now() - min(start_after) as oldest
from pgboss.job
where state <> 'completed'
group by 1, 2
order by count(*) desc;`)

/** Why jobs failed or are tried again. */
export const jobFailures = sql(`select name as queue, state, retry_count, left(output::text, 200) as reason, count(*)
from pgboss.job
where state in ('retry', 'failed')
group by 1, 2, 3, 4
order by count(*) desc
limit 20;`)

/** How near the database is to its limit of connections, and who holds them. */
export const connectionLimit = sql(`select coalesce(application_name, '') as process, count(*) as connections,
  current_setting('max_connections')::int - sum(count(*)) over () as left_for_all
from pg_stat_activity
where backend_type = 'client backend'
group by 1
order by 2 desc;`)

/** Due jobs that no worker has taken, by queue, the longest wait first. */
export const longestWaits = sql(`select name as queue, count(*) as waiting, now() - min(start_after) as longest
from pgboss.job
where state < 'active' and start_after <= now() and name not like '%-dead-letter'
group by 1
order by 3 desc;`)

/** Jobs that run now, the longest first: one that is past its time limit hangs. */
export const runningJobs = sql(`select name as queue, now() - started_on as running, retry_count, id
from pgboss.job
where state = 'active'
order by started_on
limit 20;`)

/** What was given up after its last retry, by queue, with the reason of the last attempt. */
export const deadLetters =
  sql(`select name as dead_letter_queue, left(source_output::text, 200) as reason, count(*), max(created_on) as newest
from pgboss.job
where name like '%-dead-letter' and state < 'active'
group by 1, 2
order by 3 desc
limit 20;`)

/** Synchronizations of the last day, by provider and outcome. */
export const syncJobsOfToday =
  sql(`select i.provider, j.entity, j.status, j.error_kind, count(*), max(j.created_at) as newest
from sync_jobs j
join integrations i on i.id = j.integration_id
where j.created_at > now() - interval '1 day'
group by 1, 2, 3, 4
order by 5 desc
limit 20;`)

/** Stored webhook events that are not worked off, by source and kind of error. */
export const webhooksNotWorkedOff =
  sql(`select source, status, error_message, count(*), now() - min(received_at) as oldest
from stored_webhook_events
where status <> 'processed'
group by 1, 2, 3
order by 4 desc
limit 20;`)

/** Errors that came in the last hour, the most frequent first. */
export const recentErrors =
  sql(`select g.service, g.error_type, g.place, count(*), max(o.created_at) as newest, max(o.trace_id) as sample_trace
from error_occurrences o
join error_groups g on g.id = o.group_id
where o.created_at > now() - interval '1 hour'
group by 1, 2, 3
order by 4 desc
limit 20;`)

/** The largest tables with their indexes, and how many dead rows they drag along. */
export const largestTables =
  sql(`select schemaname, relname as table, pg_size_pretty(pg_total_relation_size(relid)) as size, n_live_tup as rows, n_dead_tup as dead_rows
from pg_stat_user_tables
order by pg_total_relation_size(relid) desc
limit 20;`)

/** Messages that were to go out by Verity, by what became of them. */
export const broadcastsByStatus = sql(`select status, error_message, count(*), max(created_at) as newest
from broadcasts
where created_at > now() - interval '1 day'
group by 1, 2
order by 3 desc
limit 20;`)

/** How the service is, as it sees itself every two seconds, and writes down without any telemetry. */
export const snapshots =
  sql(`select taken_at, api_requests_per_minute, api_error_rate, api_avg_response_time, db_avg_query_time, cpu_usage, memory_usage
from monitoring_snapshots
order by taken_at desc
limit 10;`)

/** Alerts that Alertmanager delivered to the service, the newest first. */
export const deliveredAlerts = sql(`select type, severity, status, created_at, resolved_at
from monitoring_alerts
where source = 'alertmanager'
order by created_at desc
limit 20;`)

/** Groups of errors that appeared within a day, the newest first. */
export const newErrorGroups =
  sql(`select id, service, error_type, place, occurrences, first_seen, last_seen, sample_trace_id
from error_groups
where first_seen > now() - interval '1 day'
order by first_seen desc
limit 20;`)

/** The last backups, and how they ended. */
export const lastBackups = sql(`select created_at, finished_at, status, method, bytes, rows, error
from backups
order by created_at desc
limit 10;`)

/** Sessions that began within the last hour, by role: who has got in. No names: look those up only where you must. */
export const newSessions = sql(`select u.role, s.user_id, count(*) as sessions, max(s.created_at) as newest
from sessions s join users u on u.id = s.user_id
where s.created_at > now() - interval '1 hour'
group by 1, 2
order by sessions desc
limit 20;`)

/** How each provider is, as the processes that call it last saw it. */
export const providerStatus =
  sql(`select provider, breaker, now() - last_success_at as since_success, now() - last_error_at as since_error, rate_limited_until
from provider_status
order by last_error_at desc nulls last;`)

/** Webhook events that wait, by source and kind. */
export const pendingWebhooks =
  sql(`select source, event_type, count(*), now() - min(received_at) as oldest, max(attempts) as attempts
from stored_webhook_events
where status = 'pending'
group by 1, 2
order by oldest desc nulls last
limit 20;`)

/** Sync jobs that failed within a day, by integration and kind of error. */
export const failedSyncs =
  sql(`select i.provider, j.integration_id, j.workspace_id, j.entity, j.error_kind, count(*), max(j.finished_at) as newest
from sync_jobs j join integrations i on i.id = j.integration_id
where j.status = 'failed' and j.created_at > now() - interval '1 day'
group by 1, 2, 3, 4, 5
order by newest desc nulls last
limit 20;`)

/** Sync jobs under way, and what they have moved so far. */
export const liveSyncs =
  sql(`select i.provider, j.integration_id, j.entity, j.trigger, j.status, now() - j.created_at as since_request, now() - j.started_at as running, j.created_count + j.updated_count as records
from sync_jobs j join integrations i on i.id = j.integration_id
where j.status in ('pending', 'processing')
order by j.created_at
limit 20;`)

/** Integrations that are not well, the longest without a success first. */
export const brokenIntegrations =
  sql(`select provider, id, workspace_id, status, failures_in_row, now() - last_success_at as since_success
from integrations
where status = 'error' or failures_in_row > 0
order by last_success_at nulls first
limit 20;`)

/** What became of the e-mails of the last day: by outcome and number of attempts. */
export const outgoingEmails =
  sql(`select status, attempts, count(*), min(created_at) as oldest, max(updated_at) as newest
from outgoing_emails
where updated_at > now() - interval '1 day'
group by 1, 2
order by 3 desc
limit 20;`)

/** Who may do everything, and when each signed in last. People by id: the address is nobody else's affair. */
export const administrators = sql(`select id, workspace_id, created_at, signed_in_at
from users
where role = 'admin'
order by signed_in_at desc
limit 100;`)

/** Alerts that Alertmanager delivered to the CRM, by name: how often, how long, and how many still last. As far back as they are kept. */
export const keptAlerts =
  sql(`select type as alert, severity, count(*) as fired, avg(resolved_at - created_at) as lasted, count(*) filter (where status = 'active') as lasting
from monitoring_alerts
where source = 'alertmanager'
group by 1, 2
order by 3 desc
limit 50;`)
