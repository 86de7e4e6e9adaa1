import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Frames of ours that only pass errors on, or make them for others. */
const helpers = /^(app\/errors\.ts|app\/time-limit\.ts|app\/http\/paging\.ts|app\/telemetry\/|app\/error-groups\/)/

/** `    at async createContact (file:///…/service.ts:12:3)` → its function and its file. */
const frame = /^\s+at (?:async )?(?:(.+?) \()?(?:file:\/\/)?(\/[^()]+?):(\d+):\d+\)?$/

export interface Fingerprint {
  /** The same for errors of one type from one place. */
  readonly fingerprint: string
  readonly type: string
  readonly place: string
}

/**
 * What makes errors one group: their type, and the first function of ours in their stack, or in that of what caused them.
 * The line is left out where the function has a name, so that an edit above it makes no new group.
 */
export const fingerprintOf = (error: Error, elsewhere = 'unknown'): Fingerprint => {
  const type = typeOf(error)
  const place = placeOf(error) ?? elsewhere
  const fingerprint = createHash('sha256').update(`${type}\n${place}`).digest('hex').slice(0, 32)
  return { fingerprint, type, place }
}

/** The name; where that says nothing, the code: pg's errors are all called `error`. */
const typeOf = (error: Error): string => {
  const { name } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const said = /^error$/i.test(name) && code !== undefined ? code : name
  return said.slice(0, 100)
}

const placeOf = (error: Error): string | undefined => {
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < 5; depth++) {
    for (const line of (current.stack ?? '').split('\n')) {
      const place = placeOfFrame(line)
      if (place !== undefined) return place
    }
    current = current.cause
  }
  return undefined
}

const placeOfFrame = (line: string): string | undefined => {
  const [, said, path, lineNumber] = frame.exec(line) ?? []
  if (path === undefined || !path.startsWith(root) || path.includes('/node_modules/')) return undefined
  const file = relative(root, path)
  if (helpers.test(file)) return undefined
  const name = said?.replace(/^new /, '').split('.').at(-1)
  return name === undefined || name.includes('<anonymous>') ? `${file}:${lineNumber}` : `${file} ${name}`
}
