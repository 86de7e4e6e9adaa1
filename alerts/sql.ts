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
