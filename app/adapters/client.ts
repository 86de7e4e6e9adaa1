import type { Adapter, AdapterOptions } from './adapter.ts'

/** A provider: what modules call, and what watches over it. */
export interface Client<Api> {
  readonly api: Api
  readonly adapter: Pick<Adapter<never>, 'state' | 'waitUntil' | 'close'>
  /** One small request. @throws AdapterError when it is not answered well within the limit */
  probe(limitMs: number): Promise<unknown>
}

/** What all providers are made with. */
export type ClientOptions = Pick<AdapterOptions<never>, 'missing' | 'policy' | 'onState'>
