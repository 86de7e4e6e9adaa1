import type { TestContext } from 'vitest'
import { ensureServer } from '../../stack/launch/server-build.ts'

/** Path of promtool; skips the test, with the reason, where it cannot be had. */
export const promtool = async (context: TestContext): Promise<string> => {
  const found = await ensureServer('prometheus')
  return found.state === 'missing' ? context.skip(found.reason) : found.binaries.promtool
}
/** Path of amtool; skips the test, with the reason, where it cannot be had. */
export const amtool = async (context: TestContext): Promise<string> => {
  const found = await ensureServer('alertmanager')
  return found.state === 'missing' ? context.skip(found.reason) : found.binaries.amtool
}
