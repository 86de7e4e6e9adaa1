/** Asks a server; a time limit of 5 s, since everything is on this machine. @throws with the address in the message */
export const ask = async (url: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response> => {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) })
  } catch (error) {
    const { name, cause, message } = error as Error & { cause?: { code?: string } }
    throw new Error(`${url} does not answer (${name === 'TimeoutError' ? 'time limit' : (cause?.code ?? message)})`)
  }
}

/** @throws when the status is not 2xx, or the body no JSON */
export const askJson = async <T>(url: string, signal: AbortSignal): Promise<T> => {
  const response = await ask(url, signal)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as T
}
