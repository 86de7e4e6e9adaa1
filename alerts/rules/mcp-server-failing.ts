import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, or, quantile, rate, select, share, subtract, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, growing, silence } from '../scenario.ts'
import { connections, recentErrors } from '../sql.ts'

const window = '5m'
const calls = select('mcp_tool_calls_total')
const failed = select('mcp_tool_calls_total', { status: 'error' })

/** 1 where no process of the server answers a scrape: then every call fails, and none is counted. */
const unreachable = subtract(1, max(select('up', { service: 'mcp' })))

const target = { job: 'mcp', service: 'mcp' } as const
const up = (values: string, port = 9466) => given('up', { ...target, instance: `127.0.0.1:${port}` }, values)
const called = (status: 'success' | 'error', values: string, tool = 'search_contacts') =>
  given('mcp_tool_calls_total', { ...target, instance: '127.0.0.1:9466', tool, status }, values)
const firing = (percent: string) => ({
  description: `${percent} of the calls of the MCP server’s tools failed in the last 5 minutes (100 % as well when no process of it answers a scrape).`,
})

export const mcpServerFailing = alert({
  name: 'McpServerFailing',
  subject: 'mcp-server',
  expr: or(greater(unreachable, 0), greater(share(sum(rate(failed, window)), sum(rate(calls, window))), 0.1)),
  for: '5m',
  keepFiringFor: '2m',
  severity: 'warning',
  priority: 'P3',
  team: 'crm',
  receivers: ['slack', 'webhook'],
  level: 'slow',
  summary: 'The MCP server is down, or more than one call of its tools in ten fails.',
  description: ({ percent }) =>
    `${percent} of the calls of the MCP server’s tools failed in the last 5 minutes (100 % as well when no process of it answers a scrape).`,
  followsFrom: ['DatabaseDown'],
  lingers: '8m',
  dashboard: { uid: 'external-apis', lookBack: '3h', variables: () => ({ job: 'mcp' }) },
  runbook: {
    slug: 'mcp-server-failing',
    title: 'The MCP server fails',
    impact:
      'Assistants and agents cannot read contacts, broadcasts or the state of the queues; people in the CRM notice nothing.',
    firstStep: 'Ask its /health/live; if nothing answers, restart it with `npm run start:mcp`.',
    looks: [
      metricsLook(
        'Does it run?',
        select('up', { service: 'mcp' }),
        '0: it does not answer. Nothing at all: nobody ever started it.',
      ),
      metricsLook(
        'Which tools fail?',
        sum(rate(failed, window), ['tool']),
        'Failed calls per second. One: its query. All: the database. `unknown`: a client makes names up.',
      ),
      metricsLook(
        'Are clients refused?',
        sum(rate(select('http_errors_total', { service: 'mcp' }), window), ['error_type']),
        '`unauthorized`: they do not send `DF_ADMIN_SECRET`; such calls never reach a tool.',
      ),
      metricsLook(
        'Are calls slow?',
        quantile(0.95, select('mcp_tool_call_duration_seconds'), window, ['tool']),
        'p95 in seconds. Clients give up after some seconds.',
      ),
      metricsLook(
        'Does it reach the database?',
        max(select('postgres_up', { service: 'mcp' })),
        '0 while the others have 1: its own `DATABASE_URL`.',
      ),
      logsLook(
        'What does it say?',
        logs({ service_name: 'mcp' }, { severity_text: oneOf('warn', 'error', 'fatal') }),
        'A start that failed names each bad variable. "tool failed" tells the reason; arguments that a tool does not take are not logged.',
      ),
      tracesLook(
        'Where do calls break?',
        spans({ attributes: { 'resource.service.name': 'mcp' }, status: 'error' }),
        'Each call is a span `tool …`; the innermost one with an error is the place.',
      ),
      sqlLook(
        'Which errors does it make?',
        recentErrors,
        'Lines of the service `mcp`. None: clients send what the tools do not take.',
      ),
      sqlLook('Does it have connections?', connections, '`mcp` and `mcp-queue` must be among them.'),
    ],
    causes: [
      'It does not run: a variable is missing or wrong since a release, or its port 3002 is taken.',
      'The database is away or slow for it.',
      'A client sends arguments that the tools do not take: each such call counts as failed.',
      '`VERITY_BASE_URL` is wrong, so that broadcasts stay as they are in the database; the tools themselves never call Verity.',
      'A release with a fault in a tool.',
    ],
    actions: [
      'Ask it: `curl -i http://127.0.0.1:3002/health/live`, and `curl -s http://127.0.0.1:3002/mcp -H "Authorization: Bearer $DF_ADMIN_SECRET" -H \'content-type: application/json\' -H \'accept: application/json, text/event-stream\' -d \'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"queue_state","arguments":{}}}\'`.',
      'Credentials set? `DF_ADMIN_SECRET` (what clients send; 401 means another one), `DATABASE_URL`, and outside development every other secret: it does not start without them, and names each that is missing.',
      'Is `VERITY_BASE_URL` right? It must be an http(s) address, or the start fails; that it is the right one, `curl -s http://127.0.0.1:3000/health` says under `verity_api`.',
      'Restart it: `npm run start:mcp`; in the stack `npm run service -- stop mcp`, then `npm run service -- start mcp`; under compose `docker compose restart mcp`.',
      'Only one client’s calls fail: tell its owner what the answers say. Every answer names the wrong argument.',
      'It began with a release: go back to the one before it.',
    ],
    escalation: 'Not answering two hours later: hand it to the team in the morning, with the end of its log.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 10.1 % have failed for five minutes',
      series: [
        up('1x30'),
        called('success', '0+899x30'),
        called('error', '0+50x30'),
        called('error', '0+51x30', 'queue_state'),
      ],
      at: { '5m': silence, '6m': [firing('10.1%')], '20m': [firing('10.1%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at 10 %',
      series: [up('1x30'), called('success', '0+540x30'), called('error', '0+60x30')],
      at: { '7m': silence, '25m': silence },
    },
    {
      kind: 'fires',
      title: 'looks back over five minutes',
      series: [
        up('1x30'),
        called('success', growing({ each: 980, steps: 10 }, { each: 850, steps: 20 })),
        called('error', growing({ each: 20, steps: 10 }, { each: 150, steps: 20 })),
      ],
      at: { '16m': silence, '17m': [firing('15%')] },
    },
    {
      kind: 'fires',
      title: 'fires when it has answered no scrape for five minutes, whatever was counted before',
      series: [up('1x2 0x20'), called('success', '0+10x2 stale')],
      // From 3 min.
      at: { '7m': silence, '8m': [firing('100%')], '15m': [firing('100%')] },
    },
    {
      kind: 'fires',
      title: 'fires when one call a minute fails and none ever succeeded',
      series: [up('1x30'), called('success', '0x30'), called('error', '0+1x30')],
      at: { '10m': [firing('100%')] },
    },
    {
      kind: 'below',
      title: 'is quiet while one of two processes answers',
      series: [up('0x30'), up('1x30', 9476), called('success', '0+10x30')],
      at: { '10m': silence, '25m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet during a restart',
      series: [up('1x5 0x3 1x30')],
      at: { '8m': silence, '9m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after its first answer',
      series: [up('0x10 1x20')],
      at: { '10m': [firing('100%')], '12m': [{ ...firing('100%'), lastTrue: '10m' }], '13m': silence },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nobody calls',
      series: [up('1x30'), called('success', '10x30'), called('error', '90x30')],
      at: { '10m': silence, '25m': silence },
    },
    { kind: 'absent', title: 'is quiet where there is no MCP server', series: [], at: { '25m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [up('1x30'), called('success', '0+95x14 0+95x14'), called('error', '0+5x14 0+5x14')],
      at: { '16m': silence, '20m': silence, '25m': silence },
    },
  ],
})
