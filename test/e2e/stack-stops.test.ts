/** The end of the shared stack: all of it, with nothing written that does not belong there. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { badLines } from '../../app/telemetry/log-schema.ts'
import { firstStartMs, sharedStack, stopSharedStack } from './running-stack.ts'

beforeAll(() => sharedStack(), firstStartMs)

test('a stack with all that was done to it stops whole, and every line of its logs is as promised', async () => {
  const end = await stopSharedStack()
  expect(end).toMatchObject({ code: 0, left: [] })
  for (const name of ['api', 'worker', 'mcp'])
    expect(badLines(await readFile(join(end?.place.run ?? '', 'logs', `${name}.log`), 'utf8'))).toEqual([])
})
