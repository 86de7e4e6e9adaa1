import { expect, test } from 'vitest'
import { badLines } from './log-schema.ts'

const line = {
  timestamp: '2026-11-21T11:00:00.000Z',
  level: 'info',
  service: 'worker',
  component: 'integrations',
  message: 'sync started',
}
const problemsOf = (...lines: unknown[]) => badLines(lines.map((one) => JSON.stringify(one)).join('\n'))

test('takes a line of each merged system', () => {
  expect(
    problemsOf(
      { ...line, metadata: { requestId: 'r', userId: 'u' } },
      {
        ...line,
        operation: 'sync.started',
        tenantId: 't',
        integrationId: 'i',
        metadata: { entity: 'contact', recordCount: 3, duration: 12, retryable: true },
      },
      {
        ...line,
        level: 'error',
        correlationId: 'c',
        userId: 'u',
        workspaceId: 'w',
        error: { name: 'TypeError', message: 'x', stack: 'TypeError: x\n    at y' },
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
      },
    ),
  ).toEqual([])
})

test.each([
  ['a time that is no time', { ...line, timestamp: '11:00' }],
  ['a level that does not exist', { ...line, level: 'fatal' }],
  ['no component', { ...line, component: undefined }],
  ['a field of its own at the top', { ...line, contactId: '1' }],
  ['an error without a name', { ...line, error: { message: 'x' } }],
])('refuses %s', (_, bad) => {
  expect(problemsOf(line, bad, line)).toEqual([{ line: JSON.stringify(bad), problem: expect.any(String) }])
})

test('what is no JSON is told as well, empty lines are not', () => {
  expect(badLines(`${JSON.stringify(line)}\n\n(node:1) Warning: x\n`)).toEqual([
    { line: '(node:1) Warning: x', problem: 'is no JSON' },
  ])
})
