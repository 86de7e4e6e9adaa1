import { expect, it } from 'vitest'
import { processesNow, processNames } from './process-names.ts'

it('calls a process by its job, and by its address where there are several', () => {
  const names = processNames(['10.0.0.1:9464 api', '10.0.0.2:9464 api', '10.0.0.3:9465 worker', 'lonely'])
  expect([...names.values()]).toEqual(['api 10.0.0.1:9464', 'api 10.0.0.2:9464', 'worker', 'lonely'])
})

it('tells the latest values of each process that is still there, ours first', () => {
  const lines = (...all: [label: string, values: (number | null)[]][]) => ({
    lines: all.map(([label, values]) => ({ label, values })),
  })
  expect(
    processesNow({
      cpu: lines(['a', [1, 2, null]], ['gone', [9, null, null, null, null]]),
      memory: lines(['a', [5, 6, 7]], ['1.2.3.4:5 api', [null, null, 3]]),
    }),
  ).toEqual([
    { label: '1.2.3.4:5 api', values: { cpu: null, memory: 3 } },
    { label: 'a', values: { cpu: 2, memory: 7 } },
  ])
})
