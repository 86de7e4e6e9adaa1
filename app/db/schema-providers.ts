/** What the processes know of a provider of the outside world: one row each. */
export interface ProviderStatusTable {
  /** One of `providerNames`. */
  provider: string
  last_success_at: Date | null
  last_error_at: Date | null
  /** May lie in the past: then nobody waits any more. */
  rate_limited_until: Date | null
  breaker: 'closed' | 'half_open' | 'open'
  updated_at: Date
}
