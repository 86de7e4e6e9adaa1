import { describe, expect, it } from 'vitest'
import { scrubPath, scrubQuery, scrubUrl, scrubUserAgent } from './safe-urls.ts'

describe('scrubPath', () => {
  it.each([
    '/api/contacts/3fa85f64-5717-4562-b3fc-2c963f66afa6/export',
    '/api/webhooks/ghl',
    '/api/jobs/process-pending',
    '/services/data/v60.0/query',
    '/calendar/v3/calendars/primary/events',
    '/wp-login.php',
    '/',
    '*',
  ])('leaves alone: %s', (path) => {
    expect(scrubPath(path)).toBe(path)
  })

  it.each([
    ['/api/contacts/anna@crm.example', '/api/contacts/[email]'],
    ['/api/contacts/anna%40crm.example/notes', '/api/contacts/[email]/notes'],
    ['/api/contacts/12%2034%2056%2078', '/api/contacts/[text]'],
    ['/api/contacts/010190-1234', '/api/contacts/[cpr]'],
    ['/api/contacts/The%20key%20is%20there', '/api/contacts/[text]'],
    ['/api/contacts/Nøglen', '/api/contacts/[text]'],
    ['/call-her-son-before-noon/x', '/[text]/x'],
    ['/%E0%A4%A', '/[text]'],
    ['/twice%2520encoded', '/[text]'],
  ])('%s', (path, expected) => {
    expect(scrubPath(path)).toBe(expected)
  })
})

it('scrubQuery keeps the names only, where they are names', () => {
  expect(scrubQuery('?q=anna&page=2&flag&filter%5Bname%5D=1')).toBe(
    'q=[redacted]&page=[redacted]&flag=[redacted]&filter%5Bname%5D=[redacted]',
  )
  expect(scrubQuery('anna@example.com=1&the+key=2')).toBe('[email]=[redacted]&[text]=[redacted]')
})

it('scrubUrl keeps origin, words and names', () => {
  expect(scrubUrl('https://crm:secret@api.example:8443/v2/The%20key?email=a#b')).toBe(
    'https://[credentials]@api.example:8443/v2/[text]?email=[redacted]',
  )
  expect(scrubUrl('/api/contacts?q=a')).toBe('/api/contacts?q=[redacted]')
  expect(scrubUrl('The key is there')).toBe('[text]')
})

it('scrubUserAgent keeps programs and platform', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
  expect(scrubUserAgent(chrome)).toBe('Mozilla/5.0 AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 (Windows NT 10.0)')
  expect(scrubUserAgent('curl/8.5.0 anna@crm.example')).toBe('curl/8.5.0')
  expect(scrubUserAgent('The key is there')).toBe('other')
})
