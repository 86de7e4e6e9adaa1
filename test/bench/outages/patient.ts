import { setTimeout as sleep } from 'node:timers/promises'

const attempts = 15
const pauseMs = 2_000

/** Asks again where nobody answers: on a busy machine a connection fails now and then, which must not cost an hour's measurement. */
export const askPatiently = async (
  url: string,
  isAnswer: (response: Response) => boolean = () => true,
): Promise<Response> => {
  let failure: unknown
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
      if (isAnswer(response)) return response
      failure = `${response.status}: ${await response.text()}`
    } catch (error) {
      failure = error
    }
    await sleep(pauseMs)
  }
  throw new Error(`${url} did not answer ${attempts} times, at last ${failure}`, { cause: failure })
}
