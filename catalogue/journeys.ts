/** A part of what a user does from beginning to end. */
export interface JourneyStep {
  readonly name: string
  /** Names of its spans in the journey's trace, in their order. */
  readonly spans: readonly string[]
  /** The one of them by which it is counted and timed: the one that least else shares. */
  readonly measuredBy: string
  /** What else takes this step, where something does: its count is then not the journey's alone. */
  readonly alsoServes?: string
}

/** What users do, step by step. Each journey is one trace. */
export const journeySteps = {
  login: [
    {
      name: 'OAuth redirect',
      spans: ['GET /api/auth/login', 'GET /api/auth/callback'],
      measuredBy: 'GET /api/auth/login',
    },
    { name: 'token validation', spans: ['token validation'], measuredBy: 'token validation' },
    { name: 'workspace loading', spans: ['workspace loading'], measuredBy: 'workspace loading' },
    {
      name: 'initial data fetch',
      spans: ['GET /api/auth/me', 'GET /api/contacts'],
      measuredBy: 'GET /api/auth/me',
      alsoServes: 'every later visit with a session that still holds',
    },
  ],
  'contact-creation': [
    { name: 'submission', spans: ['POST /api/contacts'], measuredBy: 'POST /api/contacts' },
    { name: 'validation', spans: ['validation'], measuredBy: 'validation' },
    { name: 'database write', spans: ['database write', 'insert contacts'], measuredBy: 'database write' },
    { name: 'enrichment', spans: ['process contact-enrichment', 'enrichment'], measuredBy: 'enrichment' },
    {
      name: 'search indexing',
      spans: ['process search-indexing', 'search indexing'],
      measuredBy: 'search indexing',
      alsoServes: 'every other change of a contact',
    },
  ],
  'email-sync': [
    {
      name: 'webhook receipt',
      spans: ['POST /api/webhooks/gmail', 'webhook receipt', 'process webhook-processing'],
      measuredBy: 'POST /api/webhooks/gmail',
      alsoServes: 'notifications without news, while syncs on schedule begin without it',
    },
    { name: 'message fetch', spans: ['process email-sync', 'message fetch'], measuredBy: 'message fetch' },
    { name: 'processing', spans: ['processing'], measuredBy: 'processing' },
    { name: 'storage', spans: ['storage'], measuredBy: 'storage' },
    { name: 'notification', spans: ['notification'], measuredBy: 'notification' },
  ],
  'lead-workflow': [
    { name: 'submission', spans: ['POST /api/leads'], measuredBy: 'POST /api/leads' },
    { name: 'qualify', spans: ['process lead-workflow', 'qualify'], measuredBy: 'qualify' },
    { name: 'geo-tag', spans: ['geo-tag'], measuredBy: 'geo-tag' },
    { name: 'calendar event', spans: ['calendar event'], measuredBy: 'calendar event' },
    { name: 'notify sales', spans: ['notify sales'], measuredBy: 'notify sales' },
    { name: 'complete', spans: ['complete'], measuredBy: 'complete' },
  ],
} as const satisfies Record<string, readonly JourneyStep[]>

export type JourneyName = keyof typeof journeySteps
