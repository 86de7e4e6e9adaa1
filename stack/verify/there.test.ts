import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freeOffset } from '../launch/free-ports.ts'
import { processId } from '../launch/processes.ts'
import { writeState } from '../launch/state.ts'
import type { Place } from '../place.ts'
import { portOf } from '../ports.ts'
import { expectStack } from './there.ts'

const signal = new AbortController().signal
let place: Place

beforeEach(async () => {
  const data = mkdtempSync(join(tmpdir(), 'there-'))
  const run = join(data, 'run')
  mkdirSync(run)
  place = { offset: (await freeOffset(700)) ?? expect.fail('no free ports'), data, run }
})
afterEach(() => rmSync(place.data, { recursive: true, force: true }))

const launchedBy = (launcher: { pid: number; startTime: string }): void =>
  writeState(place.run, { launcher, bootId: '', startedAt: '', offset: place.offset, services: [] })

describe('before anything is waited for', () => {
  it('nobody there is said at once, with what to do', async () => {
    await expect(expectStack(place, signal)).rejects.toThrow(/No stack runs here: nobody answers at .* npm start/)
  })

  it('a launcher that is gone is nobody', async () => {
    launchedBy({ pid: process.pid, startTime: '1' })
    await expect(expectStack(place, signal)).rejects.toThrow('No stack runs here')
  })

  it('a launcher that still starts its services is waited for', async () => {
    launchedBy(processId(process.pid))
    await expect(expectStack(place, signal)).resolves.toBeUndefined()
  })

  it('a stack without a launcher is there when one of its servers answers', async () => {
    const server = createServer((_, response) => response.end()).listen(portOf(place, 'prometheus'), '127.0.0.1')
    await once(server, 'listening')
    await expect(expectStack(place, signal)).resolves.toBeUndefined()
    server.closeAllConnections()
    server.close()
  })
})
