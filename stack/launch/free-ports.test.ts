import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkPorts, type WantedPort } from './free-ports.ts'
import { Problem } from './problem.ts'

const place = { offset: 0, data: '/nowhere', run: '/nowhere/run' }

let holder: Server
let wanted: WantedPort[]

beforeEach(async () => {
  holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  wanted = [{ service: 'loki', name: 'http', port: (holder.address() as AddressInfo).port }]
})
afterEach(() => {
  holder.close()
})

describe('a port that is taken', () => {
  test('is a problem at once, with its holder', async () => {
    const sentence = `Port ${wanted[0]?.port}, which loki needs, is taken by process ${process.pid}: `
    const check = checkPorts(place, wanted)
    await expect(check).rejects.toThrow(sentence)
    await expect(check).rejects.toBeInstanceOf(Problem)
  })

  test('may become free within the time that it is given', async () => {
    let isReleased = false
    setTimeout(() => {
      isReleased = true
      holder.close()
    }, 200)
    await checkPorts(place, wanted, 10_000)
    expect(isReleased).toBe(true)
  })

  test('is a problem when that time is over', async () => {
    await expect(checkPorts(place, wanted, 120)).rejects.toThrow('is taken by process')
  })
})
