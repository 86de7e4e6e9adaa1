import type { Deps } from './deps.ts'
import type { JobHandlers } from './jobs/worker.ts'
import { enrichContact } from './modules/enrichment/job.ts'
import { indexContact } from './modules/search/job.ts'

/** What a job may use: a worker answers no requests. */
export type JobDeps = Omit<Deps, 'activeUsers' | 'realtime' | 'isPrepared'>

/** Which module runs the jobs of each queue. */
export const jobHandlers = (deps: JobDeps): JobHandlers => ({
  'contact-enrichment': (data) => enrichContact(deps, data),
  'search-indexing': (data) => indexContact(deps, data),
})
