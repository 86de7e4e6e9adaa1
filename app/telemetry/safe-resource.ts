import { envDetector, type ResourceDetector } from '@opentelemetry/resources'
import { scrubText } from './scrub-text.ts'

/** Who and where a process is, in the semantic conventions' words, and what operators commonly add. */
const known =
  /^(service|deployment|k8s|cloud|container|host|os|telemetry|faas|aws|azure|gcp|heroku|vcs|cicd|process\.runtime)\.[\w.]+$|^(team|region|zone|cluster|environment|tenant)$/

/** One word: a name, a version, an address. */
const word = /^[\w.:/@+-]{1,200}$/

/**
 * What `OTEL_RESOURCE_ATTRIBUTES` may add: it stands in every span and log line, and as labels in `target_info`. Keys that
 * nobody knows are left out, and values that are no word are `[text]`.
 */
export const safeEnvDetector: ResourceDetector = {
  detect: () => {
    const { attributes = {} } = envDetector.detect()
    const kept = Object.entries(attributes).filter(([key]) => known.test(key))
    return { attributes: Object.fromEntries(kept.map(([key, value]) => [key, safe(value)])) }
  },
}

const safe = <T>(value: T): T | string => {
  if (typeof value !== 'string') return value
  return word.test(value) ? scrubText(value) : '[text]'
}
