/**
 * Stands in for Prometheus, Loki and Tempo, as a process of its own: takes everything with 200, reads nothing of it, and tells
 * its parent on asking how much has come. Ends with its parent.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** By path: requests and bytes. */
export type Taken = Readonly<Record<string, { requests: number; bytes: number }>>

const taken: Record<string, { requests: number; bytes: number }> = {}

const server = createServer((request, response) => {
  const path = request.url ?? ''
  taken[path] ??= { requests: 0, bytes: 0 }
  const count = taken[path]
  count.requests += 1
  request.on('data', (chunk: Buffer) => {
    count.bytes += chunk.length
  })
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end())
})

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', () => process.send?.({ taken }))
process.on('disconnect', () => process.exit())
