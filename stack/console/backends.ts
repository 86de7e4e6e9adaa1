import { readState } from '../launch/state.ts'
import type { Place } from '../place.ts'
import { urlOf } from '../ports.ts'
import type { Backends } from '../queries/run-query.ts'

/** The servers that can be asked. What does not run here is left out, so that a panel can say so. */
export function backendsOf(place: Place): Backends {
  const running = new Set(readState(place.run)?.services.flatMap(({ name, process }) => (process ? [name] : [])))
  return {
    ...(running.has('prometheus') && { prometheus: urlOf(place, 'prometheus') }),
    ...(running.has('loki') && { loki: urlOf(place, 'loki') }),
    ...(running.has('tempo') && { tempo: urlOf(place, 'tempo') }),
  }
}
