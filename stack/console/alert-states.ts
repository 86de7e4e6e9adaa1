import { askJson } from '../queries/http.ts'
import type { Backends } from '../queries/run-query.ts'

/** `quiet`: its rule is evaluated, and nothing is true of it. */
export type AlertState = 'firing' | 'pending' | 'quiet'

interface Body {
  readonly data?: {
    readonly groups?: readonly {
      readonly rules?: readonly { readonly type?: string; readonly name?: string; readonly state?: string }[]
    }[]
  }
}

/** How each alert stands now, by its name; undefined when Prometheus does not answer within two seconds. */
export async function alertStates({ prometheus }: Backends): Promise<ReadonlyMap<string, AlertState> | undefined> {
  if (!prometheus) return undefined
  try {
    const url = `${prometheus}/api/v1/rules?type=alert`
    const { data } = await askJson<Body>(url, AbortSignal.timeout(2_000))
    const states = new Map<string, AlertState>()
    for (const { name = '', state } of (data?.groups ?? []).flatMap(({ rules }) => rules ?? [])) {
      const now = state === 'firing' || state === 'pending' ? state : 'quiet'
      // Where several rules have one name, the worst counts.
      const before = states.get(name)
      if (before === undefined || before === 'quiet' || now === 'firing') states.set(name, now)
    }
    return states
  } catch {
    return undefined
  }
}
