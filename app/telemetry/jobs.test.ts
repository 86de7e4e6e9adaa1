import { describe, expect, it } from 'vitest'
import { injectTraceContext, jobErrorReason, runJob } from './jobs.ts'
import { requestContext, withRequestContext } from './request-context.ts'

describe('jobErrorReason', () => {
  it.each([
    [Object.assign(new Error(), { reason: 'rate_limited' }), 'rate_limited'],
    [new DOMException('too slow', 'TimeoutError'), 'timeout'],
    [Object.assign(new Error(), { code: 'ETIMEDOUT' }), 'timeout'],
    [Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'dependency_unavailable'],
    // PostgreSQL: connection exceptions, and a server that shuts down
    [Object.assign(new Error(), { code: '08006' }), 'dependency_unavailable'],
    [Object.assign(new Error(), { code: '57P01' }), 'dependency_unavailable'],
    [Object.assign(new Error(), { status: 503 }), 'dependency_unavailable'],
    [Object.assign(new Error(), { status: 429 }), 'rate_limited'],
    [Object.assign(new Error(), { status: 404 }), 'invalid_data'],
    [Object.assign(new Error(), { name: 'ZodError' }), 'invalid_data'],
    [
      new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) }),
      'dependency_unavailable',
    ],
    [Object.assign(new Error(), { code: '23505' }), 'internal'],
    [Object.assign(new Error(), { reason: 'moon phase' }), 'internal'],
    ['a string', 'internal'],
    [undefined, 'internal'],
  ])('%o is %s', (thrown, reason) => {
    expect(jobErrorReason(thrown)).toBe(reason)
  })

  it('ends on causes that go in a circle', () => {
    const error = new Error()
    error.cause = error
    expect(jobErrorReason(error)).toBe('internal')
  })
})

describe('runJob', () => {
  it('gives the job the correlation id of the request that enqueued it', async () => {
    const trace = withRequestContext({ correlationId: 'c-1' }, injectTraceContext)
    expect(trace).toEqual({ correlationId: 'c-1' })
    const seen = await runJob('search-indexing', { id: 'job-1', data: { trace } }, async () => requestContext())
    expect(seen).toEqual({ correlationId: 'c-1' })
  })

  it.each([{}, { trace: null }, { trace: 'x' }, { trace: { traceparent: 7, correlationId: [] } }, null, undefined])(
    'takes its own id where a job carries %j',
    async (data) => {
      const job = { id: 'job-1', data: data as { trace?: object } }
      expect(await runJob('search-indexing', job, async () => requestContext()?.correlationId)).toBe('job-1')
    },
  )

  it('passes on the result and the error', async () => {
    const job = { id: 'job-1', data: {} }
    expect(await runJob('search-indexing', job, async ({ id }) => id)).toBe('job-1')
    const error = new Error('no')
    await expect(runJob('search-indexing', job, () => Promise.reject(error))).rejects.toBe(error)
    await expect(
      runJob('search-indexing', job, () => {
        throw error
      }),
    ).rejects.toBe(error)
  })
})
