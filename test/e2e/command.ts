import { spawn } from 'node:child_process'
import { type Place, root } from '../../stack/place.ts'

/** The environment that says to one of our commands which stack is meant. */
export const commandEnvironment = (place: Place): NodeJS.ProcessEnv => ({
  ...process.env,
  STACK_PORT_OFFSET: String(place.offset),
  STACK_DATA_DIR: place.data,
})

/** Runs one of our commands against the stack, to its end. */
export async function runCommand(
  place: Place,
  [file, ...args]: readonly [string, ...string[]],
): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [file, ...args], { cwd: root, env: commandEnvironment(place) })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.resume()
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, stdout }
}
