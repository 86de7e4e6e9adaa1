import type { z } from 'zod'

/** A server of the telemetry (Prometheus, Alertmanager, Tempo) could not tell. The message says why, in words for operators. */
export class ServerUnavailable extends Error {
  override readonly name: string = 'ServerUnavailable'
}

export interface Question extends Pick<RequestInit, 'method' | 'body' | 'headers'> {
  readonly url: string
  readonly limitMs: number
}

/** Asks a server of the telemetry. @throws ServerUnavailable without an answer within the limit; whatever is answered is answered */
export const askServer = async (name: string, { url, limitMs, ...init }: Question): Promise<Response> =>
  await fetch(url, { ...init, signal: AbortSignal.timeout(limitMs) }).catch((error: unknown) => {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    throw new ServerUnavailable(timedOut ? `${name} did not answer within ${limitMs} ms` : `${name} does not answer`)
  })

/** The body of an answer. @throws ServerUnavailable where it is no success, or not as the schema has it */
export const bodyOf = async <S extends z.ZodType>(
  name: string,
  response: Response,
  schema: S,
): Promise<z.output<S>> => {
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw new ServerUnavailable(`${name} answered ${response.status}`)
  const read = schema.safeParse(body)
  if (!read.success) throw new ServerUnavailable(`${name} answered something that cannot be read`)
  return read.data
}
