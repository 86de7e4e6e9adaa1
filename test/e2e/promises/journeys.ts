/** The user journeys, each one trace: the spans in the order in which the steps begin, by hand from the promised lists. */
export const journeys: Readonly<Record<string, readonly string[]>> = {
  // OAuth redirect → token validation → workspace loading → initial data fetch
  login: ['GET /api/auth/login', 'token validation', 'workspace loading', 'GET /api/contacts'],
  // submission → validation → database write → enrichment → search indexing
  'contact-creation': ['POST /api/contacts', 'validation', 'database write', 'enrichment', 'search indexing'],
  // webhook receipt → message fetch → processing → storage → notification
  'email-sync': ['POST /api/webhooks/gmail', 'message fetch', 'processing', 'storage', 'notification'],
  // qualify → geo-tag → calendar event → notify sales → complete
  'lead-workflow': ['POST /api/leads', 'qualify', 'geo-tag', 'calendar event', 'notify sales', 'complete'],
}

/** Fields that log lines carry, each with a selection of lines that must have it in Loki. */
export const logFields: readonly { readonly lines: string; readonly fields: readonly string[] }[] = [
  {
    lines: '{service_name="api"} | component="http" | metadata_path="/api/contacts"',
    fields: ['correlationId', 'userId', 'workspaceId', 'severity_text', 'trace_id', 'span_id', 'metadata_status'],
  },
  {
    lines: '{service_name="worker"} | component="integrations" | operation="sync.completed"',
    fields: ['tenantId', 'integrationId', 'metadata_entity', 'metadata_recordCount', 'metadata_duration'],
  },
  { lines: '{service_name="api"} | operation=~"security[.].+"', fields: ['component', 'operation', 'severity_text'] },
]
