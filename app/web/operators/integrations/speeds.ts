import type { Whose } from './words.tsx'

export interface Speed {
  readonly integrationId: string
  /** Undefined where the database does not know it any more. */
  readonly whose: Whose | undefined
  readonly milliseconds: number | null
  readonly recordsPerSecond: number | null
}

/** The figures of each integration in one row, the slowest first. */
export const speeds = ({
  integrations,
  averageDuration,
  recordsPerSecond,
}: {
  readonly integrations: readonly Whose[]
  readonly averageDuration: readonly { readonly integrationId: string; readonly milliseconds: number }[]
  readonly recordsPerSecond: readonly { readonly integrationId: string; readonly value: number }[]
}): Speed[] => {
  const measured = new Set([...averageDuration, ...recordsPerSecond].map(({ integrationId }) => integrationId))
  return [...measured]
    .map((integrationId) => {
      const isIt = (one: { readonly integrationId: string }) => one.integrationId === integrationId
      return {
        integrationId,
        whose: integrations.find(isIt),
        milliseconds: averageDuration.find(isIt)?.milliseconds ?? null,
        recordsPerSecond: recordsPerSecond.find(isIt)?.value ?? null,
      }
    })
    .sort((one, other) => (other.milliseconds ?? -1) - (one.milliseconds ?? -1))
}
