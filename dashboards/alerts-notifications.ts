import { delivery } from './alerts/delivery.ts'
import { effectiveness } from './alerts/effectiveness.ts'
import { firing } from './alerts/firing.ts'
import type { Dashboard } from './dashboard.ts'

export const alertsNotifications: Dashboard = {
  uid: 'alerts-notifications',
  description: 'What fires, was somebody told, and which alerts are worth being told about?',
  tags: ['alerts'],
  rows: [firing(), ...delivery(), effectiveness()],
}
