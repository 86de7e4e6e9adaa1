import { setTimeout as sleep } from 'node:timers/promises'

const attempts = 15
const pauseMs = 2_000

/** Does it again where it fails: on a busy machine a connection fails now and then, which must not cost an hour's measurement. */
export const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts) throw error
      await sleep(pauseMs)
    }
  }
}

/** The answer to a GET, once somebody gives one that counts. */
export const askPatiently = (url: string, isAnswer: (response: Response) => boolean = () => true): Promise<Response> =>
  patiently(async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) }).catch((cause) => {
      throw new Error(`${url} did not answer`, { cause })
    })
    if (!isAnswer(response)) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
    return response
  })
