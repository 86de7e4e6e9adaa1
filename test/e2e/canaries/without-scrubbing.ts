/**
 * Preloaded into the service's processes by a run that tests the collector alone: of the modules that scrub, each is replaced by
 * one that gives back what it is given.
 */
import { registerHooks } from 'node:module'

const asGiven: Readonly<Record<string, string>> = {
  'scrub-text.ts': `
    export const longestText = 16_384
    export const scrubText = (text) => text`,
  'safe-urls.ts': `
    export const scrubPath = (text) => text
    export const scrubQuery = (text) => text.replace(/^\\?/, '')
    export const scrubUrl = (text) => text
    export const scrubUserAgent = (text) => text`,
  'safe-errors.ts': `
    export const scrubReason = (text) => text
    export const scrubStack = (text) => text
    export const loggedError = ({ name, message, stack }) => ({ name, message, stack })`,
  'safe-attributes.ts': 'export const safeAttribute = (key, value) => value',
  'safe-resource.ts': `export { envDetector as safeEnvDetector } from '@opentelemetry/resources'`,
  'propagator.ts': `export { W3CTraceContextPropagator as TraceparentPropagator } from '@opentelemetry/core'`,
}

registerHooks({
  load: (url, context, nextLoad) => {
    const [, file = ''] = /\/app\/telemetry\/([\w-]+\.ts)$/.exec(url) ?? []
    const source = asGiven[file]
    return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true }
  },
})
