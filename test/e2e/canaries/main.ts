/**
 * `npm run canaries`: the full run against a stack of its own. Prints the table; exit code 1 when something was found.
 *   --alone service     with a collector that redacts nothing
 *   --alone collector   with a service that scrubs nothing; free text passes, as nobody can recognise it
 *   --keep              leaves the data of the stack, to be looked at
 */
import { parseArgs } from 'node:util'
import { Launcher, ownPlace } from '../launcher.ts'
import { startWithoutRedaction, withoutScrubbing } from './lines.ts'
import { type Line, problemsOf, runCanaries, tableOf } from './run.ts'

const { values } = parseArgs({ options: { alone: { type: 'string' }, keep: { type: 'boolean', default: false } } })
const alone = (['service', 'collector'] as const).find((line: Line) => line === values.alone)
if (values.alone !== undefined && alone === undefined) {
  console.error('--alone takes service or collector')
  process.exit(2)
}

/** As long as all servers take to be built from nothing on two busy cores. */
const firstStartMs = 30 * 60_000

const place = await ownPlace()
const launcher = new Launcher(place, ['--no-load'], alone === 'collector' ? withoutScrubbing : {})
let stopCollector = async () => {}
const stop = async (code: number): Promise<never> => {
  await stopCollector()
  await launcher.stop()
  if (values.keep) console.log(`kept: ${place.data}`)
  else await place.remove()
  process.exit(code)
}
process.once('SIGINT', () => stop(130))
try {
  await launcher.says(/Ctrl-C stops it/, firstStartMs)
  if (alone === 'service') stopCollector = await startWithoutRedaction(place)
  const report = await runCanaries(place, { full: true, alone, say: (text) => console.error(text) })
  console.log(tableOf(report))
  const problems = problemsOf(report)
  console.log(problems.length === 0 ? '\nNothing was found.' : `\n${problems.join('\n')}`)
  await stop(problems.length === 0 ? 0 : 1)
} catch (error) {
  console.error(error)
  await stop(1)
}
