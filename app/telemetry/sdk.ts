import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { register } from 'import-in-the-middle/register-hooks.mjs'
import packageFile from '../../package.json' with { type: 'json' }
import { listenToSdk, reportTrouble } from './diagnostics.ts'
import { observeIncoming } from './incoming.ts'
import { instrumentations, quiet } from './instrumentations.ts'
import { keepHistograms, startCountersAtZero } from './instruments.ts'
import { pipelines } from './pipelines.ts'
import { observeProcess } from './process-metrics.ts'
import { TraceparentPropagator } from './propagator.ts'
import { safeEnvDetector } from './safe-resource.ts'
import { ScrapeServer } from './scrape.ts'
import { environment, serviceName } from './settings.ts'
import { setSdkStop } from './shutdown.ts'
import { views } from './views.ts'

let started = false

/** Attributes that every span, log record and `target_info` carries; OTEL_RESOURCE_ATTRIBUTES wins over them. */
const resource = (env: NodeJS.ProcessEnv): Resource =>
  defaultResource().merge(
    resourceFromAttributes({
      'service.name': serviceName(env),
      'service.version': packageFile.version,
      'deployment.environment.name': environment(env),
      // The address of the scrape: Prometheus' `instance`, so that the three backends name a process alike.
      'service.instance.id': `${env.OTEL_EXPORTER_PROMETHEUS_HOST}:${env.OTEL_EXPORTER_PROMETHEUS_PORT}`,
    }),
  )

/** The metrics server. A port that is taken costs the metrics, not the service. */
const metricsServer = (env: NodeJS.ProcessEnv): PrometheusExporter => {
  const host = env.OTEL_EXPORTER_PROMETHEUS_HOST ?? '127.0.0.1'
  const port = Number(env.OTEL_EXPORTER_PROMETHEUS_PORT)
  const exporter = new ScrapeServer({
    host,
    port,
    withoutScopeInfo: true,
    preventServerStart: true,
    metricProducers: [keepHistograms()],
  })
  exporter.startServer().catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'the port is taken by another process' : error
    reportTrouble(
      `no metrics at http://${host}:${port}/metrics; set OTEL_EXPORTER_PROMETHEUS_PORT to a free port`,
      reason,
    )
  })
  return exporter
}

/** What the SDK would not do by itself; where a standard variable asks for something else, the SDK's own way is taken. */
const configuration = (env: NodeJS.ProcessEnv): Partial<NodeSDKConfiguration> => {
  const config: Partial<NodeSDKConfiguration> = { resource: resource(env), views: views() }
  // The process and host detectors would add command lines, which may hold secrets, to every record.
  if (!env.OTEL_NODE_RESOURCE_DETECTORS) config.resourceDetectors = [safeEnvDetector]
  if (env.OTEL_PROPAGATORS?.trim() === 'tracecontext') config.textMapPropagator = new TraceparentPropagator()
  if (env.OTEL_METRICS_EXPORTER?.trim() === 'prometheus') config.metricReaders = [metricsServer(env)]
  return config
}

/** host:port of the collector, by which the exporter's own requests are told apart. */
const collectorAddress = (env: NodeJS.ProcessEnv): string => {
  try {
    const { hostname, port, protocol } = new URL(env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '')
    return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  } catch {
    return ''
  }
}

/**
 * Starts tracing, metrics and logs. Must run before the modules that are to be instrumented are imported.
 * Only those modules are wrapped: a wrapped module of ours would exist twice.
 */
export const startSdk = (env: NodeJS.ProcessEnv = process.env): void => {
  if (started) return
  started = true
  listenToSdk()
  const enabled = instrumentations(Number(env.OTEL_EXPORTER_PROMETHEUS_PORT), collectorAddress(env))
  const include = enabled.flatMap((one) => ('getModuleDefinitions' in one ? moduleNames(one) : []))
  register({ include: [...new Set(include)] })
  const { flush, ...processors } = pipelines(env)
  const sdk = new NodeSDK({ ...configuration(env), ...processors, instrumentations: enabled })
  sdk.start()
  quiet(enabled)
  if (enabled.some(({ instrumentationName }) => instrumentationName === '@opentelemetry/instrumentation-http'))
    observeIncoming(env)
  setSdkStop(async () => {
    await flush()
    await sdk.shutdown()
  })
  startCountersAtZero(serviceName(env))
  observeProcess(packageFile.version)
}

const moduleNames = (instrumentation: object): string[] =>
  (instrumentation as { getModuleDefinitions(): { name: string }[] }).getModuleDefinitions().map(({ name }) => name)
