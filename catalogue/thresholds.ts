/**
 * Where an alert begins to speak, in the unit of what it measures: one number for its rule and for the line on the panels.
 * `test/contract/thresholds.test.ts` holds that each rule says the same.
 */
export const thresholds = {
  /** Share of requests answered with a 5xx, 0 to 1. */
  HighErrorRate: 0.05,
  ElevatedErrorRate: 0.01,
  /** Seconds. */
  P95LatencyHigh: 0.5,
  /** Seconds, p95 of webhooks, the gateway and jobs. */
  SlowOperations: 5,
  /** Jobs that wait in one queue. */
  JobQueueBackup: 1000,
  JobQueueHigh: 500,
  QueueBacklog: 1000,
  /** Messages that wait in a queue of the synchronization. */
  ServiceBusQueueBacklog: 100,
  /** Messages that were given up. */
  DeadLetters: 0,
  /** Share of calls to one provider that failed, 0 to 1. */
  ExternalApiFailures: 0.1,
  /** Age of the oldest webhook event that is not worked off, in seconds. */
  WebhookProcessingDelay: 600,
  /** Share of sync jobs that failed, 0 to 1. */
  SyncFailureRate: 0.1,
  /** Milliseconds, p95. */
  SlowSync: 300_000,
  /** Answers of 429 a second and adapter. */
  RateLimitHits: 10,
  /** Percent that is free. */
  DiskSpaceLow: 20,
  /** Percent in use. */
  CPUHighUsage: 80,
  /** Share of reads of the cache that found something, 0 to 1. */
  CacheHitRateLow: 0.8,
  /** Share of calls of the MCP server’s tools that failed, 0 to 1. */
  McpServerFailing: 0.1,
  /** Share of requests through the gateway that failed, 0 to 1. */
  ApiGatewayFailing: 0.1,
} as const

export type AlertWithThreshold = keyof typeof thresholds
