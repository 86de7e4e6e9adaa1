import { join, resolve } from 'node:path'

/** The checkout. Every command runs here. */
export const root = resolve(import.meta.dirname, '..')

/** Where one running stack lives: its ports and its folders. Two stacks differ in both. */
export interface Place {
  /** Added to every port of the table. */
  readonly offset: number
  /** Absolute. What must survive a restart: a folder for each server. */
  readonly data: string
  /** Absolute. What is made anew at each start: state, rendered configuration, logs. */
  readonly run: string
}

/** A setting of the launcher that cannot be used; the message is one sentence for people. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/** The highest port of the stack is Redis' 63790; there are 65535. */
export const highestOffset = 1_700

/** From `STACK_PORT_OFFSET` (0) and `STACK_DATA_DIR` (`.data` in the checkout). @throws SettingError */
export function readPlace(env: NodeJS.ProcessEnv = process.env): Place {
  const text = env.STACK_PORT_OFFSET || '0'
  const offset = Number(text)
  if (!/^\d+$/.test(text) || offset > highestOffset) {
    throw new SettingError(
      `STACK_PORT_OFFSET is "${text}", but must be a whole number from 0 to ${highestOffset}: it is added to every port.`,
    )
  }
  const data = resolve(root, env.STACK_DATA_DIR || '.data')
  return { offset, data, run: join(data, 'run') }
}
