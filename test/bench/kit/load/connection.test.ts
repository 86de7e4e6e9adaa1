import { expect, it } from 'vitest'
import { getRequest, wholeAnswer } from './connection.ts'

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'))

it.each([
  ['HTTP/1.1 200 OK\nContent-Length: 5\n\nhello', 200],
  ['HTTP/1.1 200 OK\nContent-Length: 5\n\nhell', undefined],
  ['HTTP/1.1 200 OK\nContent-Le', undefined],
  ['HTTP/1.1 503 Service Unavailable\nContent-Length: 0\n\n', 503],
  ['HTTP/1.1 204 No Content\n\n', 204],
  ['HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n5\nhello\n0\n\n', 200],
  ['HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n5\nhello\n', undefined],
])('%j is answered with %s', (text, status) => {
  expect(wholeAnswer(bytes(text))).toBe(status)
})

it('asks with the path, the query and its headers', () => {
  expect(getRequest(new URL('http://127.0.0.1:3000/api/contacts?limit=20'), { cookie: 'a=b' }).toString()).toBe(
    'GET /api/contacts?limit=20 HTTP/1.1\r\nhost: 127.0.0.1:3000\r\nconnection: keep-alive\r\ncookie: a=b\r\n\r\n',
  )
})
