import { beforeEach, expect, it } from 'vitest'
import { createRoutes } from '../../http/openapi.ts'
import { answerError } from '../../http/problem.ts'
import { webVitalsRoutes } from './routes.ts'

let app: ReturnType<typeof createRoutes>
beforeEach(() => {
  app = createRoutes()
  app.onError(answerError())
  app.route('/', webVitalsRoutes())
})

const report = (body: object) =>
  app.request('/api/web-vitals', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const visit = { page: '/docs', vitals: [{ name: 'LCP', value: 900, rating: 'good' }] }

it('takes a report of anybody, and names what is wrong with one', async () => {
  expect((await report(visit)).status).toBe(204)
  const refused = await report({ ...visit, vitals: [{ name: 'LCP', value: 900, rating: 'splendid' }] })
  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({ errors: [{ field: 'vitals.0.rating' }] })
})

it('takes no more than it should in a second, and says when to come back', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => report(visit)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.slice(0, 40)).toEqual(Array(40).fill(204))
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(40)
  expect(answers.at(-1)?.headers.get('retry-after')).toBe('1')
})

it.each(['/assets/web-vitals.js', '/assets/web-vitals-library.js'])('%s is a module', async (path) => {
  const answer = await app.request(path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(await answer.text()).toMatch(/^(import|export)\b|export\s*\{/m)
})
