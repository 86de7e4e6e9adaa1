import type { Hono } from 'hono'
import { z } from 'zod'
import type { Provider } from '../faults.ts'
import { readJson } from '../problem.ts'

/** One provider, as the sandbox mounts it. */
export interface ProviderApp {
  readonly name: Provider
  /** Where it is mounted: `/gmail`. */
  readonly path: string
  readonly app: Hono
  readonly sets: readonly { prepare(): void }[]
  /** Changes records, so that the next sync finds work. @returns their ids */
  readonly touch?: (count: number, type?: string) => readonly string[]
}

const touchSchema = z.strictObject({ count: z.int().min(1).max(5_000).default(1), type: z.string().optional() })

/** `POST /:provider/touch` `{ count?, type? }` → `{ touched }`, for each provider that has records. */
export function addTouch(app: Hono, providers: readonly ProviderApp[]): void {
  for (const { name, touch } of providers) {
    if (!touch) continue
    app.post(`/${name}/touch`, async (c) => {
      const { count, type } = await readJson(c, touchSchema)
      return c.json({ touched: touch(count, type) })
    })
  }
}
