import { join } from 'node:path'
import type { Place } from './place.ts'
import { address, portOf, urlOf } from './ports.ts'
import { consoleUrl, dashboardUrl, type Stack } from './service.ts'

/** Data folder of a service. */
export const dataOf = (place: Place, name: string): string => join(place.data, name)

/** Where the sandbox serves each provider of the outside world. What a person points elsewhere is theirs. */
const outsideEnv = ({ place, env }: Stack): Record<string, string> => {
  const sandbox = urlOf(place, 'sandbox')
  const addresses = {
    OAUTH_ISSUER_URL: `${sandbox}/oauth`,
    ENRICHMENT_BASE_URL: `${sandbox}/enrichment`,
    GOOGLE_TOKEN_URL: `${sandbox}/google/token`,
    GOOGLE_JWKS_URL: `${sandbox}/google/certs`,
    GMAIL_BASE_URL: `${sandbox}/gmail`,
    GOOGLE_CALENDAR_BASE_URL: `${sandbox}/calendar/v3`,
    BILLY_BASE_URL: `${sandbox}/billy/v2`,
    GHL_BASE_URL: `${sandbox}/ghl`,
    ALOWARE_BASE_URL: `${sandbox}/aloware/api/v1`,
    VERITY_BASE_URL: `${sandbox}/verity/api`,
    SALESFORCE_BASE_URL: `${sandbox}/salesforce`,
    HUBSPOT_BASE_URL: `${sandbox}/hubspot`,
    SMTP_URL: `smtp://${address(place, 'sandbox', 'smtp')}`,
  }
  return Object.fromEntries(Object.entries(addresses).map(([name, value]) => [name, env[name] || value]))
}

/** The environment of the CRM's processes. What a person may point elsewhere is theirs when set. */
export const appEnv = (stack: Stack, metrics: string): Record<string, string> => {
  const { place, env } = stack
  return {
    HOST: '127.0.0.1',
    PORT: String(portOf(place, 'api')),
    MCP_PORT: String(portOf(place, 'mcp')),
    PUBLIC_URL: env.PUBLIC_URL || urlOf(place, 'api'),
    DATABASE_URL: env.DATABASE_URL || `postgres://crm:crm@${address(place, 'postgres', 'postgres')}/crm`,
    ...outsideEnv(stack),
    PROMETHEUS_URL: env.PROMETHEUS_URL || urlOf(place, 'prometheus'),
    ALERTMANAGER_URL: env.ALERTMANAGER_URL || urlOf(place, 'alertmanager'),
    TEMPO_URL: env.TEMPO_URL || (stack.has('tempo') ? urlOf(place, 'tempo') : `${consoleUrl(stack)}/tempo`),
    DASHBOARDS_URL: env.DASHBOARDS_URL || dashboardUrl(stack),
    RUNBOOKS_URL: env.RUNBOOKS_URL || `${consoleUrl(stack)}/runbooks`,
    BACKUP_DIR: env.BACKUP_DIR || dataOf(place, 'backups'),
    OTEL_EXPORTER_OTLP_ENDPOINT: env.OTEL_EXPORTER_OTLP_ENDPOINT || urlOf(place, 'otelcol', 'otlp-http'),
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: metrics,
  }
}

/** Where the traffic finds what it drives: the CRM, its MCP server, and the sandbox in which things happen. */
export const trafficEnv = ({ place }: Stack): Record<string, string> => ({
  API_URL: urlOf(place, 'api'),
  MCP_URL: urlOf(place, 'mcp'),
  SANDBOX_URL: urlOf(place, 'sandbox'),
})
