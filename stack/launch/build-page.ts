import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../place.ts'
import { Problem } from './problem.ts'

/**
 * Builds the service's page where its sources have changed: half a second.
 * @throws Problem with what the build says, when it fails
 */
export async function buildPage(): Promise<void> {
  const child = spawn(process.execPath, ['app/web/build.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Problem(`The service's page cannot be built (npm run build:web):\n${said.trim()}`)
}
