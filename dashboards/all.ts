import { apiPerformance } from './api-performance.ts'
import type { Dashboard } from './dashboard.ts'
import { systemOverview } from './system-overview.ts'

/** Every dashboard that is generated. */
export const dashboards: readonly Dashboard[] = [systemOverview, apiPerformance]
