import { z } from '@hono/zod-openapi'
import { webVitals } from '../../../catalogue/metrics/values.ts'

export const ratings = ['good', 'needs-improvement', 'poor'] as const

/** A page that took longer was a laptop that slept. */
const longestMs = 10 * 60_000

/** One visit: what the browser measured, each vital at most once. */
export const reportSchema = z
  .strictObject({
    page: z.string().min(1).max(500).openapi({ description: 'The path of the page', example: '/docs' }),
    vitals: z
      .array(
        z.strictObject({
          name: z.string().toLowerCase().pipe(z.enum(webVitals)).openapi({ example: 'lcp' }),
          value: z.number().min(0).max(longestMs).openapi({ description: 'Milliseconds; CLS is a score' }),
          rating: z.enum(ratings),
        }),
      )
      .min(1)
      .max(webVitals.length),
  })
  .openapi('WebVitalsReport')

export type Report = z.output<typeof reportSchema>
