import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { Deps } from '../../deps.ts'
import { unauthorized } from '../../errors.ts'
import { bearerToken, sameSecret } from '../../http/credentials.ts'
import type { AppEnv } from '../../http/env.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { keepDelivered } from '../../monitoring/store.ts'
import { counter } from '../../telemetry/instruments.ts'
import { securityEvent } from '../../telemetry/security.ts'

/** More than Alertmanager ever has in one message here. */
const mostAlerts = 500

const texts = z.record(z.string().max(200), z.string().max(10_000)).default({})

/** What Alertmanager sends (webhook, version 4), as far as it is kept. */
const notificationSchema = z
  .object({
    alerts: z
      .array(
        z.object({
          fingerprint: z.string().min(1).max(100),
          status: z.enum(['firing', 'resolved']),
          labels: texts,
          annotations: texts,
          startsAt: z.iso.datetime({ offset: true }),
          endsAt: z.iso.datetime({ offset: true }),
        }),
      )
      .max(mostAlerts),
  })
  .openapi('AlertmanagerNotification')

const events = counter('webhook_events_total')
const processed = counter('webhook_events_processed_total')

/** Alertmanager, by its bearer token. */
const alertmanagerOnly = (token: string) =>
  createMiddleware<AppEnv>(async function alertmanagerOnly(c, next) {
    const given = bearerToken(c.req.header('authorization'))
    if (given === undefined || !sameSecret(given, token)) {
      events.add(1, { source: 'alertmanager', outcome: 'rejected' })
      securityEvent('bad_webhook_signature', { source: 'alertmanager' })
      throw unauthorized('Send Authorization: Bearer <ALERTMANAGER_WEBHOOK_TOKEN>.')
    }
    await next()
  })

export const alertWebhookRoutes = ({ config, db }: Deps) => {
  const receive = createRoute({
    method: 'post',
    path: '/api/webhooks/alertmanager',
    tags: ['Webhooks'],
    summary: 'Alerts as Alertmanager delivers them',
    middleware: [alertmanagerOnly(config.alertmanagerToken)] as const,
    request: { body: jsonBody(notificationSchema) },
    responses: {
      200: answer(z.object({ received: z.int() }), 'They are kept'),
      ...problems(400, 401, 413, 422, 503),
    },
  })
  return createRoutes().openapi(receive, async (c) => {
    const { alerts } = c.req.valid('json')
    for (const { startsAt, endsAt, ...alert } of alerts) {
      await keepDelivered(db, { ...alert, startsAt: new Date(startsAt), endsAt: new Date(endsAt) })
      events.add(1, { source: 'alertmanager', outcome: 'accepted' })
      processed.add(1, { source: 'alertmanager', status: 'processed' })
    }
    return c.json({ received: alerts.length }, 200)
  })
}
