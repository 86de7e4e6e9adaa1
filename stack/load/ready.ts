import { pause } from './pace.ts'

/** Whether the address answers 200 within 2 s. */
export const isReady = (url: string): Promise<boolean> => answers(url, (status) => status === 200)

/** Whether anything answers at the address at all. */
export const isThere = (url: string): Promise<boolean> => answers(url, () => true)

const answers = async (url: string, isRight: (status: number) => boolean): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return isRight(response.status)
  } catch {
    return false
  }
}

/** Asks again, after 0.25 s at first and 5 s at most, until it is so or the signal comes. */
export async function until(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (let delay = 250; !signal.aborted && !(await isSo()); delay = Math.min(delay * 2, 5_000)) {
    await pause(delay, signal)
  }
}
