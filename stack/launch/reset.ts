import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readPlace, SettingError } from '../place.ts'
import { ports } from '../ports.ts'
import { runningLauncher } from './lock.ts'
import { findOrphans, stopOrphans } from './orphans.ts'
import { diskProblem, Problem } from './problem.ts'
import { readState } from './state.ts'

/** What the stack keeps: the folders it made, and nothing else that somebody put beside them. */
const folders = [...Object.keys(ports), 'collector', 'run']

/** `npm run reset`: removes what the stack keeps under its data folder. Refuses while it runs. */
async function reset(): Promise<void> {
  const place = readPlace()
  if (!existsSync(place.data)) {
    console.log(`Nothing to remove: ${place.data} does not exist.`)
    return
  }
  const running = runningLauncher(place.run)
  if (running) throw new Problem(`The stack is running since ${running.startedAt}, pid ${running.pid}: stop it first.`)
  const orphans = findOrphans(place.run, readState(place.run))
  if (orphans.length > 0) await stopOrphans(orphans)
  try {
    for (const folder of folders) await rm(join(place.data, folder), { recursive: true, force: true })
    if (readdirSync(place.data).length === 0) await rm(place.data, { recursive: true })
  } catch (error) {
    throw diskProblem(error, place.data) ?? error
  }
  console.log(`Removed the data in ${place.data}. What was built stays in the cache.`)
}

try {
  await reset()
} catch (error) {
  if (!(error instanceof Problem || error instanceof SettingError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
