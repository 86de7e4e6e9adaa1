import { expect, it } from 'vitest'
import { speeds } from './speeds.ts'

const hubspot = { integrationId: 'a', tenantName: 'North', provider: 'hubspot' }

it('puts the figures of each integration in one row, the slowest first', () => {
  expect(
    speeds({
      integrations: [hubspot, { ...hubspot, integrationId: 'silent' }],
      averageDuration: [
        { integrationId: 'b', milliseconds: 20 },
        { integrationId: 'a', milliseconds: 300 },
      ],
      recordsPerSecond: [
        { integrationId: 'a', value: 1.5 },
        { integrationId: 'c', value: 2 },
      ],
    }),
  ).toEqual([
    { integrationId: 'a', whose: hubspot, milliseconds: 300, recordsPerSecond: 1.5 },
    { integrationId: 'b', whose: undefined, milliseconds: 20, recordsPerSecond: null },
    { integrationId: 'c', whose: undefined, milliseconds: null, recordsPerSecond: 2 },
  ])
})
