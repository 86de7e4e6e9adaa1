import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isServiceName, serviceNames } from '../ports.ts'
import type { Announcer } from './announce.ts'
import type { RunningStack } from './running-stack.ts'

/** A socket's path may be 107 bytes long on Linux, 103 on macOS. */
const longestPath = 100

/**
 * Where a running launcher can be told to stop and start services: a socket in its run folder, or, where that path is
 * too long, in the folder for temporary files. A file system socket, so that no web page can reach it.
 */
export function controlSocket(run: string): string {
  const path = join(run, 'control.sock')
  if (Buffer.byteLength(path) <= longestPath) return path
  return join(tmpdir(), `crm-stack-${createHash('sha256').update(run).digest('hex').slice(0, 16)}.sock`)
}

/** `GET /services`, `POST /services/<name>/stop`, `POST /services/<name>/start`. Answers when it is done. */
export async function serveControl(stack: RunningStack, announcer: Announcer): Promise<Server> {
  const path = controlSocket(stack.place.run)
  rmSync(path, { force: true })
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(stack, announcer, request.method ?? '', request.url ?? '')
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
  })
  // Only this user may write to it.
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  } finally {
    process.umask(before)
  }
  server.unref()
  return server
}

async function answer(
  stack: RunningStack,
  announcer: Announcer,
  method: string,
  url: string,
): Promise<{ status: number; body: unknown }> {
  if (method === 'GET' && url === '/services') return { status: 200, body: stack.statuses() }
  const [, name = '', action] = /^\/services\/([a-z-]+)\/(stop|start)$/.exec(url) ?? []
  if (method !== 'POST' || !action) return { status: 404, body: { message: 'No such command.' } }
  if (!isServiceName(name) || !stack.has(name)) {
    const known = serviceNames.filter((each) => stack.has(each)).join(', ')
    return { status: 404, body: { message: `There is no service "${name}" in this stack. There are: ${known}.` } }
  }
  const before = stack.status(name)
  if (before?.state === 'missing' || before?.state === 'building' || before?.state === 'waiting') {
    return { status: 409, body: { message: `${name} is ${before.state}: ${before.detail}` } }
  }
  if (action === 'stop') {
    await stack.stop(name)
    if (before?.state !== 'stopped') announcer.stoppedByHand(name)
  } else {
    if (before?.state === 'stopped' || before?.state === 'failed') announcer.startedByHand(name)
    stack.restart(name)
    await stack.until(name, ['ready', 'unready', 'failed'])
  }
  const after = stack.status(name)
  return { status: after?.state === 'failed' || after?.state === 'unready' ? 500 : 200, body: after }
}
