import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureServer } from '../../../stack/launch/server-build.ts'
import type { Place } from '../../../stack/place.ts'

/** Where a stack's traces go: the environment with which its launcher finds it. */
export interface TraceStore {
  readonly kind: 'Tempo' | 'a stand-in for Tempo'
  readonly env: NodeJS.ProcessEnv
  remove(): Promise<void>
}

/** Tempo where there is one; else an executable of that name which keeps the ids of spans and answers for them as Tempo does. */
export const withTempo = async (place: Place): Promise<TraceStore> => {
  const { state } = await ensureServer('tempo', { env: process.env })
  if (state === 'ready') return { kind: 'Tempo', env: {}, remove: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'tempo-'))
  const file = join(folder, 'tempo')
  const program = join(import.meta.dirname, 'tempo-stand-in.ts')
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  await chmod(file, 0o755)
  return {
    kind: 'a stand-in for Tempo',
    env: { PATH: `${folder}:${process.env.PATH}`, TEMPO_STAND_IN_DATA: join(place.data, 'tempo-stand-in.txt') },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
