/**
 * `node --import ./app/telemetry/preload.ts app/main.ts`: starts telemetry before the service's own modules are loaded, so
 * that HTTP, pg, pino and fetch are instrumented. `OTEL_SDK_DISABLED=true` leaves everything as it is.
 */
import { applyDefaults, telemetryDisabled } from './settings.ts'

if (!telemetryDisabled()) {
  applyDefaults()
  try {
    // Imported only here: a disabled process does not even load the SDK.
    const { startSdk } = await import('./sdk.ts')
    startSdk()
  } catch (error) {
    // Telemetry never keeps the service from starting.
    process.stderr.write(`telemetry did not start: ${error instanceof Error ? error.stack : error}\n`)
  }
}
