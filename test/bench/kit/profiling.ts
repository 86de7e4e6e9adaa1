import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../stack/place.ts'
import { type RunOptions, run } from './measure.ts'
import type { Pair } from './pair.ts'
import { compared, type Profile, selfTimes, shareTable } from './profile.ts'
import type { Side } from './statistics.ts'

/**
 * Profiles both sides under the same load: writes `<side>.cpuprofile` (opens in a browser's developer tools) below
 * `.data/bench/`. @returns tables of the functions' own time, by package, by file and by function
 */
export const profileBoth = async (
  pair: Pair,
  options: Omit<RunOptions, 'side'>,
  say: (text: string) => void,
): Promise<string> => {
  const folder = join(root, '.data', 'bench')
  await mkdir(folder, { recursive: true })
  const profiled = async (side: Side) => {
    const file = join(folder, `${side}.cpuprofile`)
    const stop = await pair.services[side].profile()
    const { answered } = await run(pair, { ...options, side })
    await stop(file)
    say(`profile of ${answered} requests: ${file}`)
    return { profile: JSON.parse(await readFile(file, 'utf8')) as Profile, answered }
  }
  const [observed, unobserved] = [await profiled('observed'), await profiled('unobserved')]
  const table = (by: 'package' | 'file' | 'function'): string => {
    const of = ({ profile, answered }: typeof observed) => ({ times: selfTimes(profile, by), requests: answered })
    return shareTable(by, compared(of(observed), of(unobserved)), 30)
  }
  return [table('package'), table('file'), table('function')].join('\n\n')
}
