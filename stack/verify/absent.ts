import { readState } from '../launch/state.ts'
import type { Place } from '../place.ts'
import { urlOf } from '../ports.ts'
import { ask } from '../queries/http.ts'

/** Servers that a machine may lack: they are in no package registry. */
const optional = ['tempo', 'grafana'] as const

/**
 * Which of them are absent: by the launcher's state, and where no launcher runs (compose, or servers started by hand) by
 * asking. A server that the launcher started and that does not answer is not absent but broken.
 */
export const absentSoftware = async (place: Place, signal: AbortSignal): Promise<ReadonlySet<string>> => {
  const state = readState(place.run)
  const absent = await Promise.all(
    optional.map(async (name) => {
      const service = state?.services.find((each) => each.name === name)
      if (service) return service.state === 'missing'
      return ask(urlOf(place, name), signal).then(
        () => false,
        () => true,
      )
    }),
  )
  return new Set(optional.filter((_, i) => absent[i]))
}
