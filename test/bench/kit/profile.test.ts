import { expect, it } from 'vitest'
import { compared, placeOf, selfTimes, shareTable } from './profile.ts'

it.each([
  ['', '(idle)', undefined],
  ['node:inspector', 'post', undefined],
  ['', '(garbage collector)', { package: 'garbage collector', file: 'garbage collector' }],
  ['', 'writev', { package: 'native functions', file: 'native writev' }],
  ['node:net', 'write', { package: 'node:net', file: 'node:net' }],
  ['node:internal/streams/writable', 'write', { package: 'node:internal', file: 'node:internal/streams/writable' }],
  ['file:///a/node_modules/@x/y/build/z.js', 'f', { package: '@x/y', file: '@x/y/build/z.js' }],
  ['/a/node_modules/pg/node_modules/pg-protocol/b.js', 'f', { package: 'pg-protocol', file: 'pg-protocol/b.js' }],
  ['file:///a/app/telemetry/http.ts', 'f', { package: 'app/telemetry', file: 'app/telemetry/http.ts' }],
  [
    'file:///a/app/modules/contacts/table.ts',
    'f',
    { package: 'app/modules/contacts', file: 'app/modules/contacts/table.ts' },
  ],
  ['file:///a/app/server.ts', 'f', { package: 'app', file: 'app/server.ts' }],
])('%s %s is of %j', (url, functionName, place) => {
  expect(placeOf({ url, functionName })).toEqual(place)
})

const frame = (url: string, functionName: string) => ({ url, functionName, lineNumber: 9 })
const profile = {
  nodes: [
    { id: 1, callFrame: frame('', '(idle)') },
    { id: 2, callFrame: frame('file:///a/app/http/listen.ts', 'listen') },
    { id: 3, callFrame: frame('file:///a/node_modules/pg/lib/client.js', 'query') },
    { id: 4, callFrame: frame('file:///a/node_modules/pg/lib/client.js', 'read') },
  ],
  samples: [1, 2, 3, 3, 4],
  timeDeltas: [1_000, 10, 20, 30, 5],
}

it('self time is what functions of a place ran themselves, without idling', () => {
  expect(Object.fromEntries(selfTimes(profile, 'package'))).toEqual({ 'app/http': 10, pg: 55 })
  expect(Object.fromEntries(selfTimes(profile, 'function'))).toEqual({
    'listen app/http/listen.ts:10': 10,
    'query pg/lib/client.js:10': 50,
    'read pg/lib/client.js:10': 5,
  })
})

it('what observation adds most comes first, per request', () => {
  const shares = compared(
    {
      times: new Map([
        ['pg', 100],
        ['sdk', 300],
      ]),
      requests: 10,
    },
    {
      times: new Map([
        ['pg', 60],
        ['old', 20],
      ]),
      requests: 20,
    },
  )
  expect(shares).toEqual([
    { name: 'sdk', observed: 30, unobserved: 0 },
    { name: 'pg', observed: 10, unobserved: 3 },
    { name: 'old', observed: 0, unobserved: 1 },
  ])
  expect(
    shareTable('package', shares, 1)
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    ['package', 'observed', 'unobserved', 'more (µs a request)'],
    ['sdk', '30.0', '0.0', '30.0'],
    ['all', '40.0', '4.0', '36.0'],
  ])
})
