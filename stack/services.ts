import { join } from 'node:path'
import { intervals, seconds } from '../catalogue/intervals.ts'
import { dataOf, trafficEnv } from './app-env.ts'
import { crmServices } from './crm-services.ts'
import { grafanaHome } from './launch/grafana-home.ts'
import { root } from './place.ts'
import { address, portOf, type ServiceName, urlOf } from './ports.ts'
import { collectorMemory } from './servers/otelcol-memory.ts'
import { queueSizes } from './servers/otelcol-queues.ts'
import { consoleUrl, dashboardUrl, type Link, node, type Service, type Stack } from './service.ts'

/** The table, in the order in which they start. */
export const services: Readonly<Record<ServiceName, Service>> = {
  postgres: {
    title: 'PostgreSQL',
    purpose: 'the CRM’s database and its job queue',
    kind: 'embedded',
    command: ({ place }) =>
      node(['app/db/embedded-main.ts'], {
        PGDATA_DIR: dataOf(place, 'postgres'),
        PGPORT_EMBEDDED: String(portOf(place, 'postgres', 'postgres')),
      }),
    ready: () => ({ line: /^postgres ready on / }),
    readyWithin: 60,
    after: [],
    stop: { stage: 3, seconds: 2.5 },
  },
  sandbox: {
    title: 'Sandbox',
    purpose: 'stands in for the outside world: sign-in, every provider, inbox, mailbox',
    kind: 'node',
    command: ({ place }) =>
      node(['stack/sandbox/main.ts'], {
        SANDBOX_PORT: String(portOf(place, 'sandbox')),
        SANDBOX_SMTP_PORT: String(portOf(place, 'sandbox', 'smtp')),
        SANDBOX_ALERT_SMTP_PORT: String(portOf(place, 'sandbox', 'alert-smtp')),
        SANDBOX_HEARTBEAT_LIMIT_SECONDS: String(seconds(intervals.heartbeatLimit)),
        SANDBOX_WEBHOOK_TARGET: urlOf(place, 'api'),
      }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'sandbox')}/inbox.json` }),
    readyWithin: 30,
    after: [],
    stop: { stage: 4, seconds: 2 },
    links: ({ place }) => [
      { label: 'inbox of delivered alerts', url: `${urlOf(place, 'sandbox')}/inbox` },
      { label: 'mailbox of sent e-mails', url: `${urlOf(place, 'sandbox')}/mailbox` },
    ],
  },
  otelcol: {
    title: 'OpenTelemetry Collector',
    purpose: 'receives, redacts, samples and queues all telemetry',
    kind: 'server',
    server: 'otelcol',
    command: ({ place, has, binary }) => ({
      file: binary('otelcol', 'otelcol'),
      args: [
        '--config',
        'otel-collector.yaml',
        ...(has('tempo') ? ['--config', 'stack/servers/otelcol/tempo.yaml'] : []),
      ],
      env: {
        API_METRICS: address(place, 'api', 'metrics'),
        WORKER_METRICS: address(place, 'worker', 'metrics'),
        MCP_METRICS: address(place, 'mcp', 'metrics'),
        OTLP_HOST: '127.0.0.1',
        OTLP_GRPC_PORT: String(portOf(place, 'otelcol', 'otlp-grpc')),
        OTLP_HTTP_PORT: String(portOf(place, 'otelcol', 'otlp-http')),
        HEALTH_PORT: String(portOf(place, 'otelcol')),
        SELF_METRICS_PORT: String(portOf(place, 'otelcol', 'metrics')),
        COLLECTOR_DATA: dataOf(place, 'collector'),
        PROMETHEUS_URL: urlOf(place, 'prometheus'),
        LOKI_URL: urlOf(place, 'loki'),
        TEMPO_OTLP: address(place, 'tempo', 'otlp-http'),
        ...collectorMemory,
        ...queueSizes(join(dataOf(place, 'collector'), 'queue')),
      },
    }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'otelcol')}/` }),
    readyWithin: 30,
    after: [],
    // After the CRM's processes, which flush into it.
    stop: { stage: 3, seconds: 2.5 },
    scrape: { job: 'otel-collector', port: 'metrics' },
    compose: 'otel-collector',
  },
  ...crmServices,
  console: {
    title: 'Console',
    purpose: 'runbooks, this table, and the dashboards where no Grafana runs',
    kind: 'node',
    command: (stack) =>
      node(['stack/console/main.ts'], {
        CONSOLE_PORT: new URL(consoleUrl(stack)).port,
        STACK_PORT_OFFSET: String(stack.place.offset),
        STACK_DATA_DIR: stack.place.data,
      }),
    ready: (stack) => ({ url: `${consoleUrl(stack)}/health` }),
    readyWithin: 30,
    after: [],
    stop: { stage: 4, seconds: 2 },
    links: (stack) => [
      { label: 'services', url: `${consoleUrl(stack)}/` },
      { label: 'runbooks', url: `${consoleUrl(stack)}/runbooks` },
      ...(stack.has('grafana') ? [] : dashboardLinks(stack)),
    ],
  },
  prometheus: {
    title: 'Prometheus',
    purpose: 'stores metrics and exemplars, evaluates the rules',
    kind: 'server',
    server: 'prometheus',
    command: (stack) => ({
      file: stack.binary('prometheus', 'prometheus'),
      args: [
        `--config.file=${join(stack.place.run, 'prometheus', 'prometheus.yml')}`,
        `--storage.tsdb.path=${dataOf(stack.place, 'prometheus')}`,
        `--web.listen-address=${address(stack.place, 'prometheus')}`,
        // In alerts; without it the machine's own name stands there.
        `--web.external-url=${urlOf(stack.place, 'prometheus')}`,
        '--web.enable-otlp-receiver',
        '--web.enable-remote-write-receiver',
        '--web.enable-lifecycle',
        '--enable-feature=exemplar-storage',
      ],
      env: { RUNBOOK_BASE: consoleUrl(stack), DASHBOARD_BASE: dashboardUrl(stack) },
    }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'prometheus')}/-/ready` }),
    readyWithin: 60,
    after: [],
    stop: { stage: 4, seconds: 2 },
    scrape: { job: 'prometheus', port: 'http' },
  },
  alertmanager: {
    title: 'Alertmanager',
    purpose: 'groups, inhibits and delivers alerts',
    kind: 'server',
    server: 'alertmanager',
    command: ({ place, binary }) => ({
      file: binary('alertmanager', 'alertmanager'),
      args: [
        `--config.file=${join(place.run, 'alertmanager', 'alertmanager.yaml')}`,
        `--storage.path=${dataOf(place, 'alertmanager')}`,
        `--web.listen-address=${address(place, 'alertmanager')}`,
        // In messages, where they lead to the form that silences.
        `--web.external-url=${urlOf(place, 'alertmanager')}`,
        // It forgets whom it told after this; what is told once must not be told again.
        `--data.retention=${seconds(intervals.retention) / 3600}h`,
        '--enable-feature=receiver-name-in-metrics',
        // Alone; with an address it would open port 9094 on all interfaces.
        '--cluster.listen-address=',
      ],
      env: {},
      // It reads secrets/<name>, the addresses in its file, relative to where it runs, not to the file.
      cwd: join(place.run, 'alertmanager'),
    }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'alertmanager')}/-/ready` }),
    readyWithin: 30,
    after: [],
    stop: { stage: 4, seconds: 2 },
    scrape: { job: 'alertmanager', port: 'http' },
  },
  'node-exporter': {
    title: 'node_exporter',
    purpose: 'the machine: CPU, memory, disk',
    kind: 'server',
    server: 'node-exporter',
    command: ({ place, binary }) => ({
      file: binary('node-exporter', 'node_exporter'),
      args: [`--web.listen-address=${address(place, 'node-exporter')}`],
      env: {},
    }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'node-exporter')}/` }),
    readyWithin: 30,
    after: [],
    stop: { stage: 4, seconds: 2 },
    scrape: { job: 'node', port: 'http' },
  },
  loki: {
    title: 'Loki',
    purpose: 'stores logs',
    kind: 'server',
    server: 'loki',
    command: ({ place, binary }) => ({
      file: binary('loki', 'loki'),
      args: ['-config.file=stack/servers/loki/loki.yaml', '-config.expand-env=true'],
      env: {
        LOKI_DATA: dataOf(place, 'loki'),
        LOKI_HOST: '127.0.0.1',
        LOKI_HTTP_PORT: String(portOf(place, 'loki')),
        LOKI_GRPC_PORT: String(portOf(place, 'loki', 'grpc')),
      },
    }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'loki')}/ready` }),
    readyWithin: 60,
    after: [],
    stop: { stage: 4, seconds: 2 },
    scrape: { job: 'loki', port: 'http' },
  },
  tempo: {
    title: 'Tempo',
    purpose: 'stores traces',
    kind: 'server',
    server: 'tempo',
    command: ({ place, binary }) => ({
      file: binary('tempo', 'tempo'),
      args: ['-target=all', '-config.file=stack/servers/tempo/tempo.yaml', '-config.expand-env=true'],
      env: {
        TEMPO_DATA: dataOf(place, 'tempo'),
        TEMPO_HOST: '127.0.0.1',
        TEMPO_HTTP_PORT: String(portOf(place, 'tempo')),
        TEMPO_GRPC_PORT: String(portOf(place, 'tempo', 'grpc')),
        TEMPO_OTLP_LISTEN: address(place, 'tempo', 'otlp-http'),
        PROMETHEUS_URL: urlOf(place, 'prometheus'),
      },
    }),
    ready: ({ place }) => ({ url: `${urlOf(place, 'tempo')}/ready` }),
    readyWithin: 60,
    after: [],
    stop: { stage: 4, seconds: 2 },
    scrape: { job: 'tempo', port: 'http' },
  },
  grafana: {
    title: 'Grafana',
    purpose: 'shows dashboards and the correlations between signals',
    kind: 'server',
    server: 'grafana',
    command: ({ place, binary, env }) => {
      const file = binary('grafana', 'grafana')
      const home = grafanaHome(file, env)
      return {
        file,
        args: ['server', '--config=stack/servers/grafana/grafana.ini', ...(home ? [`--homepath=${home}`] : [])],
        env: {
          GRAFANA_HOST: '127.0.0.1',
          GRAFANA_PORT: String(portOf(place, 'grafana')),
          GRAFANA_URL: urlOf(place, 'grafana'),
          GRAFANA_DATA: dataOf(place, 'grafana'),
          GRAFANA_PROVISIONING: join(root, 'stack', 'servers', 'grafana', 'provisioning'),
          DASHBOARDS_PATH: join(root, 'dashboards', 'generated'),
          PROMETHEUS_URL: urlOf(place, 'prometheus'),
          LOKI_URL: urlOf(place, 'loki'),
          TEMPO_URL: urlOf(place, 'tempo'),
          ALERTMANAGER_URL: urlOf(place, 'alertmanager'),
        },
      }
    },
    ready: ({ place }) => ({ url: `${urlOf(place, 'grafana')}/api/health` }),
    readyWithin: 120,
    after: [],
    stop: { stage: 4, seconds: 2 },
    links: dashboardLinks,
  },
  load: {
    title: 'Traffic',
    purpose: 'lets requests flow through the service',
    kind: 'node',
    command: (stack) => node(['stack/load/main.ts', '--seconds', '0'], trafficEnv(stack)),
    readyWithin: 30,
    // What is measured before the collector is there would be lost.
    after: ['api', 'worker', 'mcp', 'otelcol'],
    stop: { stage: 1, seconds: 1 },
  },
}

function dashboardLinks(stack: Stack): Link[] {
  return [
    { label: 'System Overview', url: `${dashboardUrl(stack)}/d/system-overview` },
    { label: 'API Performance', url: `${dashboardUrl(stack)}/d/api-performance` },
  ]
}
