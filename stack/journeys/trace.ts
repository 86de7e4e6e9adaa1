import { setTimeout as pause } from 'node:timers/promises'
import type { JourneyStep } from '../../catalogue/journeys.ts'
import type { Span } from '../queries/find-trace.ts'

/**
 * What has not arrived yet, for people; empty when the trace is whole: each step shows, each span's parent is there
 * (children arrive first), and each job that was sent was also processed.
 * @param callerId our own span id, which the requests name as their parent and nobody exports
 */
export const missing = (
  spans: readonly Span[],
  steps: readonly Pick<JourneyStep, 'name' | 'spans'>[],
  callerId: string,
): string[] => {
  if (spans.length === 0) return ['every span']
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const names = new Set(spans.map(({ name }) => name))
  const processed = new Set(spans.filter(({ kind }) => kind === 'consumer').map(({ parentId }) => parentId))
  return [
    ...steps.flatMap((step) => step.spans.filter((name) => !names.has(name)).map((name) => `${name} (${step.name})`)),
    ...spans
      .filter(({ parentId }) => parentId !== '' && parentId !== callerId && !ids.has(parentId))
      .map(({ name }) => `the parent of ${name}`),
    ...spans
      .filter(({ kind, spanId }) => kind === 'producer' && !processed.has(spanId))
      .map(({ name }) => `the job of ${name}`),
  ]
}

export interface Arrival {
  readonly spans: readonly Span[]
  /** Empty when the trace is whole. */
  readonly missing: readonly string[]
}

export interface Wait {
  /** The longest wait, in milliseconds. */
  readonly limitMs: number
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number
  readonly signal: AbortSignal
  /** Told after each look that found something missing. */
  readonly onMissing?: (missing: readonly string[]) => void
}

/** Looks until nothing is missing or the time is up. @throws what `look` throws, and when aborted */
export const untilWhole = async (look: () => Promise<Arrival>, wait: Wait): Promise<Arrival> => {
  const { limitMs, everyMs = 1_000, signal, onMissing } = wait
  const end = performance.now() + limitMs
  for (;;) {
    const arrival = await look()
    if (arrival.missing.length === 0 || performance.now() >= end) return arrival
    onMissing?.(arrival.missing)
    await pause(everyMs, undefined, { signal })
  }
}
