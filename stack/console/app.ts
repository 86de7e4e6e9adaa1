import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { readState } from '../launch/state.ts'
import type { Place } from '../place.ts'
import { type Dashboard, loadDashboards } from '../queries/dashboards.ts'
import type { Backends, RunOptions } from '../queries/run-query.ts'
import { parseRange } from '../queries/time-range.ts'
import { annotationsOf } from './annotations.ts'
import { assets } from './assets.ts'
import { backendsOf } from './backends.ts'
import { dashboardPage } from './dashboard-page.ts'
import { dashboardsPage } from './dashboards-page.ts'
import { explorationPanel, explorePath, readExploration } from './explore.ts'
import { explorePage } from './explore-page.ts'
import { ownFrom } from './fresh-start.ts'
import { limiter } from './limiter.ts'
import { linesOf } from './lines.ts'
import { messagePage } from './page.ts'
import { panelData, panelOf } from './panel-data.ts'
import { runbookPage, runbooksPage } from './runbooks.ts'
import { servicesPage } from './services-page.ts'
import { tempoApi } from './tempo-api.ts'
import { traceData, traceIdOf, tracePage } from './trace-page.ts'
import { variableChoices } from './variable-choices.ts'
import { readView, type View } from './view.ts'

/** A panel that takes longer is told to the reader; the next refresh asks again. */
const limits: RunOptions = { timeoutMs: 10_000, limit: 100 }

/** Where a test says it, instead of the stack's own state. */
export interface ConsoleOptions {
  readonly backends?: () => Backends
  readonly dashboards?: () => Promise<Dashboard[]>
}

/**
 * The console: the services of the running stack, the runbooks, and the generated dashboards with live data under
 * Grafana's own paths and parameters. It only reads.
 */
export function createConsole(place: Place, options: ConsoleOptions = {}): Hono {
  const { backends = () => backendsOf(place), dashboards = loadDashboards } = options
  // Pages of several readers must not start all their queries at once.
  const inTurn = limiter(6)
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
  app.get('/', async (c) => c.html(servicesPage(place, readState(place.run), await dashboards())))
  app.get('/runbooks', async (c) => c.html(await runbooksPage(backends())))
  app.get('/runbooks/:slug', async (c) => {
    const page = await runbookPage(c.req.param('slug'))
    return page ? c.html(page) : c.html(messagePage('No such runbook', '/runbooks', 'All runbooks'), 404)
  })

  const parametersOf = (c: Context): URLSearchParams => new URL(c.req.url).searchParams
  const dashboardOf = async (c: Context): Promise<Dashboard | undefined> =>
    (await dashboards()).find(({ uid }) => uid === c.req.param('uid'))
  /** The points across a panel that its width can show. */
  const pointsOf = (c: Context): number => Math.min(Math.max(Number(c.req.query('points')) || 600, 20), 1_500)

  app.get('/d', async (c) => c.html(dashboardsPage(await dashboards())))
  app.get('/d/:uid', async (c) => {
    const dashboard = await dashboardOf(c)
    if (!dashboard) return c.html(messagePage('No such dashboard', '/d', 'All dashboards'), 404)
    const state = readState(place.run)
    const servers = backends()
    const from = c.req.query('from') ?? (await ownFrom(dashboard, state?.startedAt, servers))
    const view: View = readView(dashboard, parametersOf(c), Date.now(), from)
    const choices = await variableChoices(dashboard, view, servers)
    const others = await dashboards()
    return c.html(dashboardPage({ dashboard, others, view, choices, startedAt: state?.startedAt }))
  })
  app.get('/d/:uid/annotations', async (c) => {
    const dashboard = await dashboardOf(c)
    if (!dashboard) return c.json({ message: 'No such dashboard' }, 404)
    const asked = { ...limits, signal: c.req.raw.signal }
    return c.json(await annotationsOf(dashboard, readView(dashboard, parametersOf(c)), backends(), asked))
  })
  // Grafana adds the title to its links.
  app.get('/d/:uid/:slug', (c) => c.redirect(`/d/${c.req.param('uid')}${new URL(c.req.url).search}`))
  app.get('/d/:uid/panels/:id', async (c) => {
    const dashboard = await dashboardOf(c)
    const panel = dashboard && panelOf(dashboard, Number(c.req.param('id')))
    if (!dashboard || !panel) return c.json({ message: 'No such panel' }, 404)
    const { signal } = c.req.raw
    const asked = { ...limits, signal, points: pointsOf(c) }
    const view = readView(dashboard, parametersOf(c))
    return c.json(await inTurn(() => panelData(dashboard, panel, view, backends(), asked)))
  })

  app.get('/explore', (c) => {
    const asked = readExploration(parametersOf(c))
    const traceId = asked?.datasource === 'tempo' ? traceIdOf(asked.text) : undefined
    return traceId ? c.redirect(`/trace/${traceId}`) : c.html(explorePage(asked))
  })
  app.get('/explore/data', async (c) => {
    const asked = readExploration(parametersOf(c))
    if (!asked) return c.json({ message: 'No query' }, 400)
    const { dashboard, panel } = explorationPanel(asked)
    const view = { range: parseRange(asked.from, asked.to), values: {} }
    const options = { ...limits, signal: c.req.raw.signal, points: pointsOf(c) }
    return c.json(await inTurn(() => panelData(dashboard, panel, view, backends(), options)))
  })
  app.get('/logs', (c) => {
    const exploration = linesOf(parametersOf(c))
    if (exploration) return c.redirect(explorePath(exploration))
    return c.html(
      messagePage(
        '/logs?trace_id=… and /logs?correlation_id=… show the lines of one trace or request',
        '/explore',
        'Explore',
      ),
      400,
    )
  })

  app.get('/trace/:id', (c) => {
    const traceId = traceIdOf(c.req.param('id'))
    return traceId ? c.html(tracePage(traceId)) : c.html(messagePage('That is no trace id', '/explore', 'Explore'), 404)
  })
  app.get('/trace/:id/data', async (c) => {
    const traceId = traceIdOf(c.req.param('id'))
    if (!traceId) return c.json({ message: 'That is no trace id' }, 404)
    const source = { tempo: backends().tempo, tracesFolder: join(place.data, 'collector', 'traces') }
    return c.json(await traceData(source, traceId, c.req.raw.signal))
  })

  app.route('/tempo', tempoApi(join(place.data, 'collector', 'traces')))
  app.route('/assets', assets())
  app.notFound((c) => c.html(messagePage('No such page', '/', 'All services'), 404))
  app.onError((error, c) => {
    // Whoever asked has gone.
    if (c.req.raw.signal.aborted) return c.body(null, 408)
    console.error(error)
    return c.html(messagePage('The console failed to make this page. Its log says why.', '/', 'All services'), 500)
  })
  return app
}
