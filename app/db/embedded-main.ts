/**
 * `node app/db/embedded-main.ts`: the embedded PostgreSQL as a process. It reads PGDATA_DIR (default `.data/postgres`) and
 * PGPORT_EMBEDDED (54329), prints `postgres ready on 127.0.0.1:<port>`, and stops on SIGTERM or SIGINT. With
 * `--while-parent-lives` it also stops when its standard input ends.
 */
import { startEmbedded } from './embedded.ts'
import { leaveRoot } from './unprivileged.ts'

const dataDir = process.env.PGDATA_DIR || '.data/postgres'
const port = Number(process.env.PGPORT_EMBEDDED || 54329)

const fail = (reason: string): never => {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}

if (!Number.isInteger(port) || port < 1 || port > 65_535)
  fail('PGPORT_EMBEDDED must be a port from 1 to 65535. Example: PGPORT_EMBEDDED=54329')

leaveRoot(dataDir)
const server = await startEmbedded({ dataDir, port }).catch((error: Error) => fail(error.message))

// The package has handlers of its own, which exit with 143 as if something had gone wrong.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.removeAllListeners(signal)
  process.on(signal, () => void stop())
}
process.removeAllListeners('beforeExit')

let stopping: Promise<void> | undefined
const stop = (): Promise<void> => {
  stopping ??= server.stop().then(() => process.exit(0))
  return stopping
}

if (process.argv.includes('--while-parent-lives')) process.stdin.resume().on('end', () => void stop())

server.ended.then(() => {
  if (!stopping) fail('postgres ended unexpectedly')
})

process.stdout.write(`postgres ready on 127.0.0.1:${port}\n`)
