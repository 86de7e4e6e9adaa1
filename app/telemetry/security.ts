import type { securityEvents } from '../../catalogue/metrics/values.ts'
import { counter } from './instruments.ts'
import { logger } from './logger.ts'

export type SecurityEvent = (typeof securityEvents)[number]

const counted = counter('security_events_total')

/**
 * Notes something that those who watch over the service want to know: a line of the security log (`component: security`,
 * `operation: security.<type>`), and a count. `about` holds no address, token or name of a person.
 */
export const securityEvent = (type: SecurityEvent, about: Readonly<Record<string, unknown>> = {}): void => {
  counted.add(1, { type })
  logger('security').warn({ operation: `security.${type}`, ...about }, `security: ${type.replaceAll('_', ' ')}`)
}
