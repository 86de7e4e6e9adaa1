/** The longest a stop may wait for the collector; the launcher gives a process 10 s in all. */
const limitMs = 3_000

let stopSdk: (() => Promise<void>) | undefined

/** Says how the running SDK is stopped. Kept here, so that a disabled process never loads the SDK. */
export const setSdkStop = (stop: () => Promise<void>): void => {
  stopSdk = stop
}

/**
 * Sends what is queued (spans, log records) and closes the metrics port; after 3 s it gives up. Call it last, when the
 * service itself has stopped. Never throws; a second call does nothing.
 */
export const shutdownTelemetry = async (): Promise<void> => {
  const stop = stopSdk
  stopSdk = undefined
  if (!stop) return
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([stop().catch(() => {}), limit])
  clearTimeout(timer)
}
