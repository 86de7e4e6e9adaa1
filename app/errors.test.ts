import { HTTPException } from 'hono/http-exception'
import { describe, expect, test } from 'vitest'
import { AdapterError } from './adapters/outside.ts'
import { conflict, domainErrorOf } from './errors.ts'

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code })

describe('what a thrown value means', () => {
  test.each([
    ['a refused connection', withCode('ECONNREFUSED'), 'dependency_unavailable'],
    ['a database that shuts down', withCode('57P01'), 'dependency_unavailable'],
    ['a database that starts', withCode('57P03'), 'dependency_unavailable'],
    ['too many connections', withCode('53300'), 'dependency_unavailable'],
    ['a lost connection', withCode('08006'), 'dependency_unavailable'],
    [
      'a pool without a free connection',
      new Error('timeout exceeded when trying to connect'),
      'dependency_unavailable',
    ],
    ['no answer', new Error('Query read timeout'), 'dependency_unavailable'],
    ['a cut connection', new Error('Connection terminated unexpectedly'), 'dependency_unavailable'],
    ['a slow statement', withCode('57014'), 'timeout'],
    ['a deadlock', withCode('40P01'), 'timeout'],
    [
      'a body that is no JSON',
      new HTTPException(400, { message: 'Malformed JSON in request body' }),
      'malformed_request',
    ],
    ['our own conflict', conflict('x'), 'conflict'],
    ['a mistake of ours', new TypeError('x is not a function'), 'internal'],
    ['a wrong statement of ours', withCode('42601'), 'internal'],
    ['something that is no error', 'oops', 'internal'],
    ['nothing', undefined, 'internal'],
  ])('%s', (_what, thrown, type) => {
    expect(domainErrorOf(thrown).type).toBe(type)
  })

  test.each([
    ['timeout', {}, 'timeout', undefined],
    ['dependency_unavailable', { status: 502 }, 'dependency_unavailable', '5'],
    ['rate_limited', { status: 429, retryAfterMs: 6_100 }, 'dependency_unavailable', '7'],
    ['unauthorized', { status: 401 }, 'dependency_unavailable', undefined],
    ['invalid_data', { status: 200 }, 'dependency_unavailable', undefined],
  ] as const)('a provider’s %s', (reason, details, type, retryAfter) => {
    const failure = new AdapterError({ provider: 'gmail', operation: 'message', reason }, 'gmail.message: x', details)
    const error = domainErrorOf(failure)
    expect(error.type).toBe(type)
    expect(error.headers['retry-after']).toBe(retryAfter)
    expect(error.message).toMatch(/^Gmail /)
  })

  test('a mistake of ours tells the caller nothing about it', () => {
    expect(domainErrorOf(new Error('password of anna@crm.example')).message).toBe('Something went wrong on our side.')
  })

  test('when to come back', () => {
    expect(domainErrorOf(withCode('ECONNREFUSED')).headers).toEqual({ 'retry-after': '5' })
  })
})
