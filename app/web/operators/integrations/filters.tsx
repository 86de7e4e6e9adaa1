import { say, type Text } from '../../language.ts'
import { Choice, Filters, SearchField } from '../../ui/fields.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { systemTitle } from '../names.ts'
import { integrationStatus } from './words.tsx'

const texts = {
  search: { en: 'Search', da: 'Søg' },
  hint: { en: 'Workspace, system or id', da: 'Arbejdsrum, system eller id' },
  system: { en: 'System', da: 'System' },
  status: { en: 'Status', da: 'Status' },
  all: { en: 'Show all integrations', da: 'Vis alle integrationer' },
} as const satisfies Record<string, Text>

export const integrationFilters = ['q', 'provider', 'status', 'integration'] as const

const providers = ['salesforce', 'hubspot', 'ghl'] as const
const statuses = ['active', 'paused', 'error'] as const

type Wanted = {
  q?: string
  provider?: (typeof providers)[number]
  status?: (typeof statuses)[number]
  integrationId?: string
}

/** What the address narrows the integrations to, as the service is asked. */
export const useWanted = (): Wanted => {
  const [{ q, provider, status, integration }] = useFilters(integrationFilters)
  return given({ q, provider, status, integrationId: integration }) as Wanted
}

export const IntegrationFilters = () => {
  const [filters, set] = useFilters(integrationFilters)
  const isNarrowed = integrationFilters.some((name) => filters[name] !== '')
  return (
    <Filters>
      <SearchField label={say(texts.search)} hint={say(texts.hint)} value={filters.q} onSearch={(q) => set({ q })} />
      <Choice
        label={say(texts.system)}
        value={filters.provider}
        options={providers.map((value) => ({ value, title: systemTitle(value) }))}
        onChoose={(provider) => set({ provider })}
      />
      <Choice
        label={say(texts.status)}
        value={filters.status}
        options={statuses.map((value) => ({ value, title: integrationStatus(value).word }))}
        onChoose={(status) => set({ status })}
      />
      {isNarrowed && (
        <button type="button" onClick={() => set({ q: '', provider: '', status: '', integration: '' })}>
          {say(texts.all)}
        </button>
      )}
    </Filters>
  )
}
