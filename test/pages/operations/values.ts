/** Each part shows what the service, and whatever it asks, holds at that moment. */
import { expect, test, vi } from 'vitest'
import { needsBrowser, type Site } from './browser.ts'
import { heldElsewhere } from './held-elsewhere.ts'
import { heldInDatabase } from './held-in-database.ts'
import { seenOn } from './seen.ts'

const parts = [
  ...Object.entries(heldInDatabase).map(([path, held]) => ({ path, held, needsServers: false })),
  ...Object.entries(heldElsewhere).map(([path, held]) => ({ path, held, needsServers: true })),
]

/** @param missing why a server of the telemetry cannot be had */
export const values = (site: () => Site, missing: () => string | undefined): void => {
  test.for(parts)('$path shows what is held', async ({ path, held, needsServers }, context) => {
    needsBrowser(context)
    const reason = missing()
    if (needsServers && reason !== undefined) context.skip(reason)
    await site().visit(path, {}, async ({ page }) => {
      // What is read between two changes may differ for a moment; everything is read anew within 15 seconds.
      await vi.waitFor(
        async () => {
          const expected = await held(site().ask)
          for (const [label, rows] of Object.entries(expected.tables ?? {}))
            expect(rows.length, label).toBeGreaterThan(0)
          expect(await seenOn(page)).toMatchObject(expected)
        },
        { timeout: 20_000, interval: 250 },
      )
    })
  })
}
