import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TraceparentPropagator } from './propagator.ts'
import { safeAttribute } from './safe-attributes.ts'
import { safeEnvDetector } from './safe-resource.ts'

describe('safeAttribute', () => {
  it.each([
    ['url.path', '/api/contacts/The%20key', '/api/contacts/[text]'],
    ['url.full', 'http://a.example/x?q=The+key', 'http://a.example/x?q=[redacted]'],
    ['http.request.header.x-note', ['The key'], '[redacted]'],
    ['db.query.parameter.0', 'The key', '[redacted]'],
    [
      'db.query.text',
      `select 1 where name = 'The key' and state = 'pending'`,
      `select 1 where name = '?' and state = 'pending'`,
    ],
    ['exception.message', 'invalid input syntax for type uuid: "The key"', 'invalid input syntax for type uuid [text]'],
    [
      'exception.stacktrace',
      'error: invalid input syntax for type uuid: "The\nkey"\n    at parse (/app/a.js:1:2)',
      'error: invalid input syntax for type uuid [text]\n    at parse (/app/a.js:1:2)',
    ],
    ['user_agent.original', 'The key', 'other'],
    ['client.address', 'The key', '[text]'],
    ['client.address', '2001:db8::1', '2001:db8::1'],
    ['crm.contact.notes', 'The key', '[text]'],
    ['whatever', 'to anna@crm.example', 'to [email]'],
    ['whatever', ['a', 'anna@crm.example'], ['a', '[email]']],
  ])('%s %j', (key, value, expected) => {
    expect(safeAttribute(key, value)).toEqual(expected)
  })

  it('gives back the very value where there is nothing to hide', () => {
    const list = ['a', 'b']
    expect(safeAttribute('whatever', list)).toBe(list)
    expect(safeAttribute('http.response.status_code', 200)).toBe(200)
    expect(safeAttribute('http.route', '/api/contacts/:id')).toBe('/api/contacts/:id')
  })
})

describe('safeEnvDetector', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('keeps what says who and where a process is, in one word', () => {
    const given = 'team=sales,k8s.pod.name=crm-1,note=The%20key,host.name=The%20key,service.namespace=anna@crm.example'
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', given)
    expect(safeEnvDetector.detect().attributes).toEqual({
      team: 'sales',
      'k8s.pod.name': 'crm-1',
      'host.name': '[text]',
      'service.namespace': '[email]',
    })
  })
})

describe('TraceparentPropagator', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  it('takes the trace up and passes it on, without tracestate', () => {
    const propagator = new TraceparentPropagator()
    const given: Record<string, string> = { traceparent, tracestate: 'vendor=anna@crm.example' }
    const getter = { get: (from: typeof given, key: string) => from[key], keys: Object.keys }
    const context = propagator.extract(ROOT_CONTEXT, given, getter as never)
    expect(trace.getSpanContext(context)).toMatchObject({ traceId: traceparent.slice(3, 35), isRemote: true })
    expect(trace.getSpanContext(context)?.traceState).toBeUndefined()
    const sent: Record<string, string> = {}
    propagator.inject(context, sent, {
      set: (to, key, value) => {
        ;(to as typeof sent)[key] = value
      },
    })
    expect(sent).toEqual({ traceparent })
  })
})
