import { useLocation } from 'preact-iso'
import type { IntegrationStatus, SyncStatus, SyncTrigger } from '../../../db/schema-integrations.ts'
import { say, type Text } from '../../language.ts'
import { Pill, type Tone } from '../../ui/card.tsx'
import { changed } from '../../use-filters.ts'
import { systemTitle } from '../names.ts'

interface Word {
  readonly text: Text
  readonly tone: Tone
}

const integrationStatuses: Readonly<Record<IntegrationStatus, Word>> = {
  active: { text: { en: 'active', da: 'aktiv' }, tone: 'good' },
  paused: { text: { en: 'paused', da: 'på pause' }, tone: 'off' },
  error: { text: { en: 'error', da: 'fejl' }, tone: 'bad' },
}

const syncStatuses: Readonly<Record<SyncStatus, Word>> = {
  pending: { text: { en: 'pending', da: 'venter' }, tone: 'off' },
  processing: { text: { en: 'running', da: 'i gang' }, tone: 'warn' },
  completed: { text: { en: 'completed', da: 'gennemført' }, tone: 'good' },
  failed: { text: { en: 'failed', da: 'fejlet' }, tone: 'bad' },
}

const triggers: Readonly<Record<SyncTrigger, Text>> = {
  scheduled: { en: 'the schedule', da: 'planen' },
  manual: { en: 'a person', da: 'en person' },
  webhook: { en: 'a webhook', da: 'en webhook' },
}

const entities: Readonly<Record<'contact' | 'deal', Text>> = {
  contact: { en: 'contacts', da: 'kontakter' },
  deal: { en: 'deals', da: 'handler' },
}

const said = ({ text, tone }: Word) => ({ word: say(text), tone })

export const integrationStatus = (status: IntegrationStatus) => said(integrationStatuses[status])
export const syncStatus = (status: SyncStatus) => said(syncStatuses[status])
export const triggerWord = (trigger: SyncTrigger): string => say(triggers[trigger])
export const entityWord = (entity: 'contact' | 'deal'): string => say(entities[entity])

export const SyncStatusPill = ({ status }: { status: SyncStatus }) => {
  const { word, tone } = syncStatus(status)
  return <Pill tone={tone}>{word}</Pill>
}

export interface Whose {
  readonly integrationId: string
  readonly tenantName: string
  readonly provider: string
}

/** Which integration something is of; a click narrows everything to it. */
export const WhoseLink = ({ of: { integrationId, tenantName, provider } }: { of: Whose }) => {
  const { path, query } = useLocation()
  return (
    <a href={`${path}?${changed(query, { integration: integrationId })}`}>
      {systemTitle(provider)} · {tenantName}
    </a>
  )
}
