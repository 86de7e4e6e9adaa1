import { isRunning } from '../launch/processes.ts'
import { readState } from '../launch/state.ts'
import type { Place } from '../place.ts'
import { urlOf } from '../ports.ts'
import { ask } from '../queries/http.ts'

/**
 * Waiting for data helps only where somebody makes some. A launcher that is still starting is waited for, and so is a stack
 * without a launcher (compose) of which anything answers.
 * @throws Error saying how to start one, when nothing of a stack is there
 */
export const expectStack = async (place: Place, signal: AbortSignal): Promise<void> => {
  const launcher = readState(place.run)?.launcher
  if (launcher && isRunning(launcher)) return
  const addresses = [urlOf(place, 'api'), urlOf(place, 'prometheus')]
  const answers = await Promise.allSettled(addresses.map((url) => ask(url, signal)))
  if (answers.some(({ status }) => status === 'fulfilled')) return
  throw new Error(
    `No stack runs here: nobody answers at ${addresses.join(' or ')}. Start one with npm start, or let npm start -- --verify do both; ` +
      'STACK_PORT_OFFSET and STACK_DATA_DIR say which stack is meant.',
  )
}
