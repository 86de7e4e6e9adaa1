import { describe, expect, it } from 'vitest'
import { scrub, scrubError, scrubReason, scrubText } from './privacy.ts'
import { pseudonym } from './pseudonym.ts'

describe('scrubText', () => {
  it.each([
    ['write to anna.larsen+crm@example.co.uk today', 'write to [email] today'],
    ['?q=anna%40example.com', '?q=[email]'],
    ['call +45 12 34 56 78 now', 'call [phone] now'],
    ['call +4512345678', 'call [phone]'],
    ['call 12 34 56 78', 'call [phone]'],
    ['call (555) 123-4567', 'call [phone]'],
    ['call 555-123-4567', 'call [phone]'],
    ['call 22334455!', 'call [phone]!'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-123 given', 'token [token] given'],
    ['/callback?code=4/0AX4XfWh&state=xyz', '/callback?code=[redacted]&state=[redacted]'],
    ['client_secret=hunter2 sent', 'client_secret=[redacted] sent'],
    ['postgres://crm:hunter2@db:5432/crm', 'postgres://[credentials]@db:5432/crm'],
    ['key sk_live_1234567890abcdefXYZ', 'key [token]'],
    ['call 12%2034%2056%2078', 'call [phone]'],
    ['to=%2B45%2012%2034%2056%2078', 'to=[phone]'],
    ['call 415.555.0132.', 'call [phone].'],
    ['phone:22334455, next', 'phone:[phone], next'],
    ['born 010190-1234', 'born [cpr]'],
    ['?cpr=3112991234', '?cpr=[phone]'],
    ['paid with 4111 1111 1111 1111', 'paid with [card]'],
    ['paid with 4111111111111111', 'paid with [card]'],
    ['paid with 5500-0000-0000-0004!', 'paid with [card]!'],
    ['amex 378282246310005', 'amex [card]'],
    ['session 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928', 'session [token]'],
  ])('%s', (text, expected) => {
    expect(scrubText(text)).toBe(expected)
  })

  it.each([
    'contact 3fa85f64-5717-4562-b3fc-2c963f66afa6 created',
    'contact 12345678-1234-1234-1234-123456789012 created',
    'trace 0af7651916cd43dd8448eb211c80319c, span b7ad6b7169203331',
    '2026-11-21T11:32:18.066Z took 1234.567 ms',
    'on 2026-11-21 at 10:15:30',
    'listening on http://127.0.0.1:3000/api/contacts',
    'version 12.35.0, 192.168.100.200:54329',
    'select "c"."name" from "contacts" as "c" where "c"."id" = $1',
    'PostgreSQL error (code: 22P02)',
    '    at async dispatch (file:///app/node_modules/hono/dist/compose.js:35:11)',
    'process contact-enrichment',
    '9464 requests in 300 s',
    'order 4111111111111112 of 1763745600000000000 ns',
    'record 5500000000000003456',
    'req-550e8400-e29b-41d4-a716-446655440000',
    'correlation-550e8400-e29b-41d4-a716-446655440000',
  ])('leaves alone: %s', (text) => {
    expect(scrubText(text)).toBe(text)
  })

  it('stays fast on hostile text', () => {
    const before = process.cpuUsage()
    for (const piece of ['a', '1 ', '@', 'a.', '-1', 'eyJa', '+1 ', '%40a', 'code=']) scrubText(piece.repeat(20_000))
    // CPU time, in µs: a busy machine is no reason to fail.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
  })
})

describe('scrub', () => {
  it('replaces what a key says is secret, at any depth', () => {
    expect(
      scrub({
        password: 'a',
        headers: { authorization: 'b', Cookie: 'c', accept: 'text/html' },
        list: [{ apiKey: 'd', refresh_token: 'e' }],
        email: 'f',
        user_email: 'g',
        mobilePhone: 'h',
      }),
    ).toEqual({
      password: '[redacted]',
      headers: { authorization: '[redacted]', Cookie: '[redacted]', accept: 'text/html' },
      list: [{ apiKey: '[redacted]', refresh_token: '[redacted]' }],
      email: '[email]',
      user_email: '[email]',
      mobilePhone: '[phone]',
    })
  })

  it('replaces what people wrote, by the name of its field; numbers and sizes stay', () => {
    expect(
      scrub({
        notes: 'a',
        contactNote: 'b',
        subject: 'c',
        email_body: 'd',
        content: { text: 'e' },
        cpr: '1',
        body: 12,
      }),
    ).toEqual({
      notes: '[text]',
      contactNote: '[text]',
      subject: '[text]',
      email_body: '[text]',
      content: '[text]',
      cpr: '[number]',
      body: 12,
    })
    expect(scrub({ reason: 'invalid input syntax for type date: "a"' })).toEqual({
      reason: 'invalid input syntax for type date [text]',
    })
  })

  it('replaces keys that are input', () => {
    expect(scrub({ 'anna@crm.example': 1, 'the key': 2 })).toEqual({ '[email]': 1, '[text]': 2 })
  })

  it('keeps error codes and states, but not the ones of OAuth', () => {
    expect(scrub({ code: 'ECONNREFUSED', state: 'active' })).toEqual({ code: 'ECONNREFUSED', state: 'active' })
    expect(scrub({ code: 'SplxlOBeZQQYbYS6WxSbIA', state: 'af0ifjsldkj9Qx' })).toEqual({
      code: '[redacted]',
      state: '[redacted]',
    })
  })

  it('survives cycles, and bounds depth and length', () => {
    const cycle: Record<string, unknown> = { name: 'a' }
    cycle.self = cycle
    expect(JSON.stringify(scrub(cycle))).toContain('[deeper]')
    expect((scrub(Array.from({ length: 1_000 }, (_, i) => i)) as unknown[]).length).toBe(50)
    expect((scrub('x '.repeat(50_000)) as string).length).toBeLessThan(20_000)
  })

  it('writes dates, big integers, maps, sets and bytes as JSON can hold them', () => {
    expect(
      scrub({
        at: new Date(0),
        big: 12n,
        map: new Map([['a', 1]]),
        set: new Set([1]),
        bytes: new Uint8Array(3),
        never: undefined,
        call: () => 1,
        none: null,
      }),
    ).toEqual({ at: '1970-01-01T00:00:00.000Z', big: '12', map: { a: 1 }, set: [1], bytes: '[3 bytes]', none: null })
  })
})

describe('scrubError', () => {
  it('keeps name, message and stack, with the causes', () => {
    const error = new TypeError('no contact for anna@example.com', { cause: new Error('call +45 12 34 56 78') })
    const logged = scrubError(error)
    expect(logged.name).toBe('TypeError')
    expect(logged.message).toBe('no contact for [email]')
    expect(logged.stack).toContain('caused by: Error: call [phone]')
    expect(logged.stack).not.toContain('example.com')
  })

  it.each([
    ['invalid input syntax for type uuid: "call "Anna" first"', 'invalid input syntax for type uuid [text]'],
    ['invalid input value for enum mood: "sad"', 'invalid input value for enum mood [text]'],
    ['duplicate key value violates unique constraint "contacts_pkey"', 'same'],
    ['Key (email)=(Anna (late)) already exists.', 'Key (email)=([text]) already exists.'],
    ['syntax error in tsquery: "key & (under"', 'syntax error in tsquery [text]'],
    [`Unexpected token 'N', "{"note": Nøglen li"... is not valid JSON`, 'is not valid JSON'],
    ['"Nøglen" is not valid JSON', 'is not valid JSON'],
    ['Cannot convert the key to a BigInt', 'Cannot convert [text] to a BigInt'],
    ['Failed to parse URL from //the key', 'Failed to parse URL from [text]'],
    ['Variable "$note" got invalid value { a: "the key" }; Expected', 'Variable "$note" got invalid value [text]'],
    ['Headers.append: "the key is" is an invalid header value', 'Headers.append: "[text]" is an invalid header value'],
    [`Cannot read properties of undefined (reading 'name')`, 'same'],
    [`Cannot find module './a.ts' imported from /app/b.ts`, 'same'],
    ["can't reach the user's calendar", 'same'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'same'],
  ])('does not repeat what a message quotes: %s', (message, expected) => {
    expect(scrubReason(message)).toBe(expected === 'same' ? message : expected)
  })

  it('has nothing of the input in stacks, causes, and lists of issues', () => {
    const cause = new SyntaxError(`Unexpected token 'N', "Nøglen li"... is not valid JSON`)
    const { stack, message } = scrubError(new Error('invalid input syntax for type uuid: "two\nhalves"', { cause }))
    expect(message).toBe('invalid input syntax for type uuid [text]')
    expect(stack).toMatch(
      /^Error: invalid input syntax for type uuid \[text\]\n {4}at [\s\S]*\ncaused by: SyntaxError: is not/,
    )
    expect(stack).not.toMatch(/two|halves|Nøglen/)
    const issues = [{ code: 'unrecognized_keys', path: ['contact', 'notes'], keys: ['the key'], message: '"the key"' }]
    expect(scrubError(Object.assign(new Error(JSON.stringify(issues)), { name: 'ZodError', issues }))).toMatchObject({
      message: 'not valid: contact.notes (unrecognized_keys)',
      stack: expect.not.stringContaining('the key'),
    })
    const detailed = Object.assign(new AggregateError([new Error('the key')], 'two failed'), { detail: 'the key' })
    expect(JSON.stringify(scrubError(detailed))).not.toContain('the key')
  })

  it('describes what is no error', () => {
    expect(scrubError('anna@example.com')).toEqual({ name: 'NonError', message: '[email]' })
    expect(scrubError({ password: 'x' })).toEqual({ name: 'NonError', message: '{"password":"[redacted]"}' })
    expect(scrubError(undefined)).toEqual({ name: 'NonError', message: 'undefined' })
  })
})

it('pseudonym is stable, short, keyed, and tells nothing', () => {
  expect(pseudonym('user-1')).toBe(pseudonym(' USER-1 '))
  expect(pseudonym('user-1')).not.toBe(pseudonym('user-2'))
  // printf user-1 | openssl dgst -sha256 -hmac development-pseudonym-key-of-32-characters
  expect(pseudonym('user-1')).toBe('f3c64ece03a718fd')
})
