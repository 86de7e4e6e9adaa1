import { request } from 'node:http'
import { readPlace, SettingError } from '../place.ts'
import { controlSocket } from './control-server.ts'
import { columns } from './screen.ts'
import type { ServiceStatus } from './state.ts'

const usage = `npm run service -- status            every service of the running stack
npm run service -- stop <service>    stops one; it stays stopped
npm run service -- start <service>   starts it again`

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Sends one command to the launcher that runs in this folder. @throws when none runs */
function send(socketPath: string, method: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path }, async (response) => {
      const text = (await response.toArray()).join('')
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) })
    })
      .once('error', reject)
      .end()
  })
}

async function main([action = 'status', name]: readonly string[]): Promise<number> {
  const listing = action === 'status' && name === undefined
  if (!listing && !((action === 'stop' || action === 'start') && name)) {
    console.error(usage)
    return 2
  }
  const place = readPlace()
  const [method, path]: [string, string] = listing ? ['GET', '/services'] : ['POST', `/services/${name}/${action}`]
  const nobody: Answer = { status: 0, body: null }
  const { status, body } = await send(controlSocket(place.run), method, path).catch(() => nobody)
  if (status === 0) {
    console.error(`No stack runs with its data in ${place.data}: start one with npm start.`)
    return 1
  }
  if (status >= 400 && status !== 500) {
    console.error((body as { message: string }).message)
    return 1
  }
  const statuses = [body].flat() as ServiceStatus[]
  for (const line of columns(statuses.map((each) => [each.name, each.state, each.detail]))) console.log(line)
  return status === 200 ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
