import { type ServiceName, urlOf } from '../ports.ts'
import { services } from '../services.ts'
import type { RunningStack } from './running-stack.ts'
import { elapsed, type Screen } from './screen.ts'
import type { ServiceStatus } from './state.ts'

type Announced = Pick<RunningStack, 'place' | 'logFile'>

/**
 * Says what people want to know of services, a line at each step.
 * @param began when the launcher did: what it starts itself is timed from there, what is started again from that start
 */
export function createAnnouncer(screen: Pick<Screen, 'line'>, began: number, now: () => number = Date.now) {
  const starts = new Map<ServiceName, number>()
  const line = (text: string) => screen.line(text)
  return {
    changed(stack: Announced, { name, state, detail, version }: ServiceStatus, output: readonly string[]): void {
      const { title } = services[name]
      const after = () => `after ${elapsed(now() - (starts.get(name) ?? began))}`
      if (state === 'starting') {
        starts.set(name, starts.has(name) ? now() : began)
      } else if (state === 'ready' && name === 'api') {
        line(`${title} answers at ${urlOf(stack.place, 'api')} ${after()}.`)
      } else if (state === 'ready') {
        line(`${title}${version && ` ${version}`} is ready ${after()}.`)
      } else if (state === 'missing') {
        line(detail)
      } else if (state === 'restarting' || state === 'failed' || state === 'unready') {
        line(`${title} ${detail}.`)
        if (output.length > 0) line(`  Its last lines, of ${stack.logFile(name)}:`)
        for (const each of output) line(`  │ ${each}`)
      }
    },
    stoppedByHand(name: ServiceName): void {
      line(`${services[name].title} was stopped by hand. It stays so until: npm run service -- start ${name}`)
    },
    startedByHand(name: ServiceName): void {
      line(`${services[name].title} is started by hand.`)
    },
  }
}

export type Announcer = ReturnType<typeof createAnnouncer>
