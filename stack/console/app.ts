import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { readState } from '../launch/state.ts'
import type { Place } from '../place.ts'
import { loadDashboards } from '../queries/dashboards.ts'
import type { RunOptions } from '../queries/run-query.ts'
import { assets } from './assets.ts'
import { backendsOf } from './backends.ts'
import { dashboardPage } from './dashboard-page.ts'
import { messagePage } from './page.ts'
import { panelData } from './panel-data.ts'
import { runbookPage, runbooksPage } from './runbooks.ts'
import { servicesPage } from './services-page.ts'
import { variableChoices } from './variable-choices.ts'
import { readView } from './view.ts'

/** A panel that takes longer is told to the reader; the next refresh asks again. */
const limits: RunOptions = { timeoutMs: 10_000, limit: 100 }

/**
 * The console: the services of the running stack, the runbooks, and the generated dashboards with live data under
 * Grafana's own paths and parameters. It only reads.
 */
export function createConsole(place: Place): Hono {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      // Plain HTTP on this machine.
      strictTransportSecurity: false,
    }),
  )
  app.use(async (c, next) => {
    // A name of somebody else's that resolves to this machine must not read from it.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(c.req.header('host') ?? '')) {
      return c.text('This is served to 127.0.0.1 only.', 403)
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD')
      return c.text('The console only reads.', 405, { allow: 'GET' })
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })

  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.get('/', async (c) => c.html(servicesPage(place, readState(place.run), await loadDashboards())))
  app.get('/runbooks', async (c) => c.html(await runbooksPage()))
  app.get('/runbooks/:slug', async (c) => {
    const page = await runbookPage(c.req.param('slug'))
    return page ? c.html(page) : c.html(messagePage('No such runbook', '/runbooks', 'All runbooks'), 404)
  })

  app.get('/d/:uid', async (c) => {
    const dashboards = await loadDashboards()
    const dashboard = dashboards.find(({ uid }) => uid === c.req.param('uid'))
    if (!dashboard) return c.html(messagePage('No such dashboard', '/', 'All dashboards'), 404)
    const view = readView(dashboard, new URL(c.req.url).searchParams)
    const choices = await variableChoices(dashboard, view, backendsOf(place))
    return c.html(dashboardPage(dashboard, dashboards, view, choices))
  })
  // Grafana adds the title to its links.
  app.get('/d/:uid/:slug', (c) => c.redirect(`/d/${c.req.param('uid')}${new URL(c.req.url).search}`))
  app.get('/d/:uid/panels/:id', async (c) => {
    const dashboard = (await loadDashboards()).find(({ uid }) => uid === c.req.param('uid'))
    const view = dashboard && readView(dashboard, new URL(c.req.url).searchParams)
    const data = view && (await panelData(dashboard, Number(c.req.param('id')), view, backendsOf(place), limits))
    return data ? c.json(data) : c.json({ message: 'No such panel' }, 404)
  })

  app.route('/assets', assets())
  app.notFound((c) => c.html(messagePage('No such page', '/', 'All services'), 404))
  app.onError((error, c) => {
    console.error(error)
    return c.html(messagePage('The console failed to make this page. Its log says why.', '/', 'All services'), 500)
  })
  return app
}
