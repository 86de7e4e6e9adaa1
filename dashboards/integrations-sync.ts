import type { Dashboard } from './dashboard.ts'
import { activity } from './integrations/activity.ts'
import { errors } from './integrations/errors.ts'
import { health } from './integrations/health.ts'
import { overview } from './integrations/overview.ts'
import { performance } from './integrations/performance.ts'

export const integrationsSync: Dashboard = {
  uid: 'integrations-sync',
  description:
    'Do integrations keep other systems in step, which one does not, and is it the provider, the queue, or the data?',
  tags: ['integrations'],
  rows: [overview(), health(), activity(), errors(), performance()],
}
