import { columns } from '../../../stack/launch/screen.ts'

/** The parts of V8's CPU profile that are read. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

/** Where a function lives: `package` is coarse (`@opentelemetry/core`, `app/telemetry`, `node:http`), `file` is exact. */
export interface Place {
  readonly package: string
  readonly file: string
}

/** The place of a call frame; undefined while nothing ran. */
export const placeOf = ({ url, functionName }: { url: string; functionName: string }): Place | undefined => {
  // Nor what the profiler itself takes to begin.
  if (functionName === '(idle)' || url === 'node:inspector') return undefined
  if (url === '') {
    // What V8 does without JavaScript, and its own functions in C++ (writing to a socket, hashing, parsing JSON).
    const name = /^\((.+)\)$/.exec(functionName)?.[1] ?? 'native functions'
    return { package: name, file: name === 'native functions' ? `native ${functionName}` : name }
  }
  if (url.startsWith('node:')) return { package: url.startsWith('node:internal') ? 'node:internal' : url, file: url }
  const installed = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)
  if (installed) return { package: installed[1] ?? '', file: url.slice(installed.index + 'node_modules/'.length) }
  const ours = /\/((?:app|catalogue|test)\/.+)$/.exec(url)?.[1] ?? url
  return { package: /^app\/modules\/[^/]+|^[^/]+\/[^/]+(?=\/)|^[^/]+/.exec(ours)?.[0] ?? ours, file: ours }
}

export type SelfTimes = ReadonlyMap<string, number>

/** Microseconds in which functions of a place themselves ran, by package, by file or by function. */
export const selfTimes = (
  { nodes, samples, timeDeltas }: Profile,
  by: 'package' | 'file' | 'function',
): Map<string, number> => {
  const keys = new Map(
    nodes.map(({ id, callFrame }) => {
      const place = placeOf(callFrame)
      if (!place) return [id, undefined]
      const { functionName, lineNumber } = callFrame
      return [id, by === 'function' ? `${functionName || '(anonymous)'} ${place.file}:${lineNumber + 1}` : place[by]]
    }),
  )
  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const key = keys.get(id)
    if (key !== undefined) times.set(key, (times.get(key) ?? 0) + (timeDeltas[index] ?? 0))
  })
  return times
}

export interface Share {
  readonly name: string
  /** Microseconds a request. */
  readonly observed: number
  readonly unobserved: number
}

/** What differs most comes first. */
export const compared = (
  observed: { readonly times: SelfTimes; readonly requests: number },
  unobserved: { readonly times: SelfTimes; readonly requests: number },
): Share[] => {
  const per = ({ times, requests }: typeof observed, name: string): number => (times.get(name) ?? 0) / requests
  return [...new Set([...observed.times.keys(), ...unobserved.times.keys()])]
    .map((name) => ({ name, observed: per(observed, name), unobserved: per(unobserved, name) }))
    .sort((a, b) => b.observed - b.unobserved - (a.observed - a.unobserved))
}

/** The largest differences, and all of it in the last line. */
export const shareTable = (title: string, shares: readonly Share[], most: number): string => {
  const line = (name: string, [observed, unobserved]: readonly [number, number]): string[] => [
    name,
    observed.toFixed(1),
    unobserved.toFixed(1),
    (observed - unobserved).toFixed(1),
  ]
  const sum = (side: 'observed' | 'unobserved'): number => shares.reduce((total, share) => total + share[side], 0)
  return columns([
    [title, 'observed', 'unobserved', 'more (µs a request)'],
    ...shares.slice(0, most).map(({ name, observed, unobserved }) => line(name, [observed, unobserved])),
    line('all', [sum('observed'), sum('unobserved')]),
  ]).join('\n')
}
