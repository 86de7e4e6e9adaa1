/** `npm run correlation`: follows every way from one signal to another in a running stack, with many examples each. */
import { parseArgs } from 'node:util'
import { createScreen } from '../launch/screen.ts'
import { readPlace } from '../place.ts'
import { absentSoftware } from '../verify/absent.ts'
import { expectStack } from '../verify/there.ts'
import { cleanUp } from './by-request.ts'
import { go, type Outcome } from './direction.ts'
import { directions } from './directions.ts'
import { sitesOf } from './sites.ts'
import { matrixTable } from './table.ts'

const usage = `Follows every way from one signal to another in a running stack: exemplar → trace → logs → metrics, alert → dashboard
→ trace, api → queue → worker, and the links of Grafana and of the console.

npm run correlation -- [options]

  --samples <n>   examples of each direction (25)
  --timeout <s>   how long to wait for what has not arrived yet (60)
  --json          the results as JSON on stdout, for programs
  --help

Exits with 0 when every example led where it should, 1 when one did not or no stack runs, 2 when it was called wrongly.
`

const number = (name: string, text: string, least: number): number => {
  const value = Number(text)
  if (!(value >= least)) throw new Error(`--${name} takes a number from ${least} on, not "${text}"`)
  return value
}

const main = async (signal: AbortSignal): Promise<number> => {
  const { values } = parseArgs({
    options: {
      samples: { type: 'string', default: '25' },
      timeout: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const wait = {
    most: number('samples', values.samples, 1),
    limitMs: number('timeout', values.timeout, 0) * 1_000,
  }
  const place = readPlace()
  try {
    await expectStack(place, signal)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
  const sites = sitesOf(place, await absentSoftware(place, signal), signal)
  const screen = createScreen(process.stderr)
  const outcomes: Outcome[] = []
  try {
    for (const direction of directions) {
      screen.progress('direction', `${direction.from} → ${direction.to}`)
      outcomes.push(await go(direction, sites, wait))
    }
  } finally {
    screen.close()
    await cleanUp()
  }
  process.stdout.write(values.json ? `${JSON.stringify(outcomes, undefined, 2)}\n` : matrixTable(outcomes))
  return outcomes.every(({ lost }) => lost.length === 0) ? 0 : 1
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())

try {
  process.exitCode = await main(stop.signal)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
