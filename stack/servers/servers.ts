/** How a server's binaries are made from the Go module in its folder here. */
export interface GoBuild {
  /** Build tags, comma separated; '' for none. */
  readonly tags: string
  /** The Go variable that `--version` prints, or '' where the source itself states the version. */
  readonly versionVariable: string
  /** Package of each binary, in the order in which they are compiled. */
  readonly packages: Readonly<Record<string, string>>
}

/** One server of the stack: what it is for, which versions fit, and how to obtain it. */
export interface ServerSpec {
  readonly title: string
  readonly purpose: string
  /** The version that the module builds and that compose pins. */
  readonly version: string
  /** A binary found on PATH is used when `from` ≤ its version < `below`; the reason stands beside each. */
  readonly accepts: { readonly from: string; readonly below: string }
  /** Each binary we start, with the name by which it is looked up on PATH. All of them must be there. */
  readonly onPath: Readonly<Record<string, string>>
  readonly versionArgs: readonly string[]
  /** Absent: in no Go module; comes from PATH or from compose only. */
  readonly build?: GoBuild
}

const commonVersion = 'github.com/prometheus/common/version.Version'

export const servers = {
  otelcol: {
    title: 'OpenTelemetry Collector',
    purpose: 'receives, redacts, samples and queues all telemetry',
    version: '0.155.0',
    // One minor only: component names and the names of its own metrics change between minors.
    accepts: { from: '0.155.0', below: '0.156.0' },
    // The distribution called `otelcol` lacks tail sampling and the connectors; `otelcol-contrib` has them.
    onPath: { otelcol: 'otelcol-contrib' },
    versionArgs: ['--version'],
    build: {
      // Its prometheus receiver scrapes fixed addresses; the service discoveries would add 60 MB.
      tags: 'remove_all_sd',
      versionVariable: '',
      packages: { otelcol: '.' },
    },
  },
  prometheus: {
    title: 'Prometheus',
    purpose: 'stores metrics and exemplars, evaluates the rules',
    version: '3.15.0',
    // 3.15 is what the rules are tested with; retention in the file needs a recent 3.x, and 4 may change the OTLP names.
    accepts: { from: '3.15.0', below: '4.0.0' },
    onPath: { prometheus: 'prometheus', promtool: 'promtool' },
    versionArgs: ['--version'],
    build: {
      tags: 'remove_all_sd',
      versionVariable: commonVersion,
      packages: {
        prometheus: 'github.com/prometheus/prometheus/cmd/prometheus',
        promtool: 'github.com/prometheus/prometheus/cmd/promtool',
      },
    },
  },
  alertmanager: {
    title: 'Alertmanager',
    purpose: 'groups, inhibits and delivers alerts',
    version: '0.31.1',
    // 0.31 is the first whose receivers all take their secrets from files as our generated file writes them.
    accepts: { from: '0.31.0', below: '1.0.0' },
    onPath: { alertmanager: 'alertmanager', amtool: 'amtool' },
    versionArgs: ['--version'],
    build: {
      // Business hours have a time zone, and a slim machine no time zones.
      tags: 'timetzdata',
      versionVariable: commonVersion,
      packages: {
        alertmanager: 'github.com/prometheus/alertmanager/cmd/alertmanager',
        amtool: 'github.com/prometheus/alertmanager/cmd/amtool',
      },
    },
  },
  'node-exporter': {
    title: 'node_exporter',
    purpose: 'the machine: CPU, memory, disk',
    version: '1.12.1',
    // The few metrics we read are unchanged since 1.0; 1.6 is what Debian 12 has.
    accepts: { from: '1.5.0', below: '2.0.0' },
    onPath: { node_exporter: 'node_exporter' },
    versionArgs: ['--version'],
    build: {
      tags: '',
      versionVariable: commonVersion,
      packages: { node_exporter: 'github.com/prometheus/node_exporter' },
    },
  },
  loki: {
    title: 'Loki',
    purpose: 'stores logs',
    version: '3.7.8',
    // The OTLP label settings and the schema are those of 3.7; 4 is announced to change the defaults.
    accepts: { from: '3.7.0', below: '4.0.0' },
    onPath: { loki: 'loki' },
    versionArgs: ['-version'],
    build: {
      tags: '',
      versionVariable: 'github.com/grafana/loki/v3/pkg/util/build.Version',
      packages: { loki: 'github.com/grafana/loki/v3/cmd/loki' },
    },
  },
  tempo: {
    title: 'Tempo',
    purpose: 'stores traces',
    version: '3.0.3',
    // 3.0 removed the ingester and the compactor; a configuration for 2.x does not load in 3.x nor the reverse.
    accepts: { from: '3.0.0', below: '4.0.0' },
    onPath: { tempo: 'tempo' },
    versionArgs: ['--version'],
  },
  grafana: {
    title: 'Grafana',
    purpose: 'shows dashboards and the correlations between signals',
    version: '13.0.0',
    // 12 is the first with the provisioning fields we use; file provisioning takes classic dashboards up to 13.
    accepts: { from: '12.0.0', below: '14.0.0' },
    onPath: { grafana: 'grafana' },
    versionArgs: ['--version'],
  },
} as const satisfies Record<string, ServerSpec>

export type ServerName = keyof typeof servers
export type BinaryName<N extends ServerName> = keyof (typeof servers)[N]['onPath'] & string

/** The order in which they are built: traffic waits for the collector, alerts need the next two. */
export const serverNames = Object.keys(servers) as ServerName[]
