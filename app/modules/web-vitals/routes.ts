import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createRoute } from '@hono/zod-openapi'
import { DomainError } from '../../errors.ts'
import { createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { recordReport, reportLimit } from './record.ts'
import { reportSchema } from './schemas.ts'

/** Reports that a process takes each second: a thousand visits a minute, and nobody can fill the metrics with noise. */
const perSecond = 20

const report = createRoute({
  method: 'post',
  path: '/api/web-vitals',
  tags: ['Web vitals'],
  summary: 'What a browser measured while a page was open',
  description: 'Sent by `/assets/web-vitals.js` when the page is left. No session is needed.',
  request: { body: jsonBody(reportSchema) },
  responses: { 204: { description: 'Measured' }, ...problems(400, 422, 429) },
})

/** What a page loads to be measured. The beacon leaves with the page; a Blob says that it is JSON. */
const reporter = `import { onCLS, onFCP, onINP, onLCP, onTTFB } from '/assets/web-vitals-library.js'

const vitals = new Map()
const note = ({ name, value, rating }) => vitals.set(name, { name, value, rating })
for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(note)

addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'hidden' || vitals.size === 0) return
  const report = JSON.stringify({ page: location.pathname, vitals: [...vitals.values()] })
  navigator.sendBeacon('/api/web-vitals', new Blob([report], { type: 'application/json' }))
  vitals.clear()
})
`

const script = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'max-age=3600' }

/** The load of pages as those see it who wait for them: the beacon, and the script that sends it. */
export const webVitalsRoutes = () => {
  const mayReport = reportLimit(perSecond)
  const routes = createRoutes().openapi(report, (c) => {
    if (!mayReport())
      throw new DomainError('rate_limited', 'Too many reports at the moment.', { headers: { 'retry-after': '1' } })
    recordReport(c.req.valid('json'))
    return c.body(null, 204)
  })
  routes.get('/assets/web-vitals.js', (c) => c.body(reporter, 200, script))
  // The package's own file, served from here: the pages work offline.
  routes.get('/assets/web-vitals-library.js', async (c) =>
    c.body(await readFile(fileURLToPath(import.meta.resolve('web-vitals'))), 200, script),
  )
  return routes
}
