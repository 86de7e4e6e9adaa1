import { createTransport } from 'nodemailer'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { endOf } from './ending.ts'
import { correlation } from './exchange.ts'
import type { Mailer } from './outside.ts'

const operations = { ping: 'other', send: 'mail' } as const
type Operation = keyof typeof operations

/** Connections that are kept open; a server allows few from one client. */
const mostConnections = 5
/** Milliseconds to connect, to be greeted, and between two replies. The adapter's own limit ends the whole. */
const stepMs = 4_000

/** What nodemailer says of a failure. */
interface SmtpError extends Error {
  readonly code?: string
  readonly responseCode?: number
  /** The command that was answered so. */
  readonly command?: string
}

/** SMTP, over a few connections that stay open. A mail is never sent again in here: nobody knows how far the first try came. */
export const createMailer = (config: OutsideConfig['smtp'], options: ClientOptions): Client<Mailer> => {
  const adapter = createAdapter({ ...options, provider: 'smtp', operations })
  const transport = createTransport({
    url: config.url ?? 'smtp://smtp.invalid',
    pool: true,
    maxConnections: mostConnections,
    maxRequeues: 0,
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    dnsTimeout: stepMs,
    socketTimeout: stepMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  const failureOf = (operation: Operation, error: SmtpError, signal: AbortSignal): Error => {
    const details = { cause: error, ...(error.responseCode !== undefined && { status: error.responseCode }) }
    if (signal.aborted)
      return endOf(signal, () => adapter.error(operation, 'timeout', 'did not answer in time', details))
    if (error.code === 'ETIMEDOUT') return adapter.error(operation, 'timeout', 'did not answer in time', details)
    if (error.code === 'EAUTH' || error.code === 'ENOAUTH')
      return adapter.error(operation, 'unauthorized', 'refused our credentials', details)
    return adapter.error(operation, 'dependency_unavailable', 'did not take the connection', details)
  }

  const verify = (signal: AbortSignal): Promise<void> =>
    adapter.measure('ping', {}, async () => {
      const ended = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('no time was left')), { once: true })
      })
      await Promise.race([transport.verify(), ended]).catch((error: SmtpError) => {
        throw failureOf('ping', error, signal)
      })
    })

  const mailer: Mailer = {
    ping: (context) => adapter.call('ping', { context, isIdempotent: true }, verify),
    send: (mail, context = {}) =>
      adapter.call('send', { context, isIdempotent: false }, (signal) =>
        adapter.measure('send', context, async () => {
          try {
            await transport.sendMail({ ...mail, from: config.from, headers: correlation(), signal })
            return { outcome: 'delivered' as const }
          } catch (error) {
            const outcome = outcomeOf(error as SmtpError)
            if (outcome) return { outcome }
            throw failureOf('send', error as SmtpError, signal)
          }
        }),
      ),
  }
  return {
    api: mailer,
    adapter: {
      ...adapter,
      close: () => {
        adapter.close()
        transport.close()
      },
    },
    probe: (limitMs) => adapter.attempt('ping', limitMs, verify),
  }
}

/** What a refusal of this one mail means; undefined when it is not about the mail. 421: the server is about to go. */
const outcomeOf = ({ code, responseCode = 0 }: SmtpError): 'bounced' | 'deferred' | undefined => {
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  if (!isAboutMail || responseCode === 421) return undefined
  if (responseCode >= 500) return 'bounced'
  return responseCode >= 400 ? 'deferred' : undefined
}
