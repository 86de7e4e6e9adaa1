import type { Action } from './mix.ts'
import { mark } from './people.ts'
import { pick, type Random } from './random.ts'
import type { Visitor } from './visitor.ts'

/** Deals under way that the traffic keeps in a workspace; a won one is done with, and left alone. */
const mostDeals = 60

/** Of those in its hands, the ones that an earlier run left are found here. */
async function listDeals({ client, holdings, random }: Visitor): Promise<void> {
  const stage = pick(random, ['new', 'qualified', 'proposal'] as const)
  const response = await client.api.deals.$get({ query: { stage, limit: '25' } })
  if (response.status !== 200) return
  for (const { id, title } of (await response.json()).deals)
    if (title === mark.dealTitle && holdings.deals.size < mostDeals) holdings.deals.set(id, stage)
}

async function createDeal(visitor: Visitor): Promise<void> {
  const { client, holdings, random } = visitor
  if (holdings.deals.size >= mostDeals) return moveDeal(visitor)
  const contactId = holdings.contacts.length > 0 ? pick(random, holdings.contacts) : null
  const amount = 500 * (1 + Math.floor(random() * 60))
  // Its contact may have been deleted in the meantime.
  const response = await visitor.askAsUser(
    `${visitor.apiUrl}/api/deals`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: mark.dealTitle, amount, contactId }),
    },
    [201, 422],
  )
  if (response.status === 201) holdings.deals.set(((await response.json()) as { id: string }).id, 'new')
  else await client.api.pipelines.$get({ query: {} })
}

/** Few are won, so that few need an invoice. */
const nextStage = (stage: string, random: Random) => {
  if (stage === 'new') return 'qualified'
  if (stage === 'qualified') return 'proposal'
  if (stage === 'proposal') return random() < 0.1 ? 'won' : 'lost'
  return 'new'
}

async function moveDeal({ client, holdings, random }: Visitor): Promise<void> {
  const deals = [...holdings.deals]
  if (deals.length === 0) return
  const [id, before] = pick(random, deals)
  const stage = nextStage(before, random)
  const response = await client.api.deals[':id'].$patch({ param: { id }, json: { stage } })
  if (response.status === 200) holdings.deals.set(id, stage)
  // Somebody else was faster.
  else holdings.deals.delete(id)
  if (response.status !== 200 || stage !== 'won') return
  holdings.deals.delete(id)
  await client.api.deals[':id'].invoice.$post({ param: { id } })
}

/** An appointment that is called off again. */
async function appointment({ client, random }: Visitor): Promise<void> {
  const startsAt = Date.now() + Math.floor(random() * 14 * 24) * 3_600_000
  const response = await client.api['calendar-events'].$post({
    json: {
      summary: 'Visit',
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + 1_800_000).toISOString(),
    },
  })
  if (response.status !== 201) return
  const { id } = await response.json()
  await client.api['calendar-events'][':id'].$delete({ param: { id } })
}

/** What the business areas' pages ask. */
export const crmMix: readonly Action[] = [
  { name: 'list deals', weight: 2, run: listDeals },
  { name: 'create a deal', weight: 1, run: createDeal },
  { name: 'move a deal', weight: 2, run: moveDeal },
  { name: 'list pipelines', weight: 0.5, run: ({ client }) => client.api.pipelines.$get({ query: {} }) },
  { name: 'list invoices', weight: 0.5, run: ({ client }) => client.api.invoices.$get({ query: {} }) },
  { name: 'make and cancel an appointment', weight: 0.3, run: appointment },
  { name: 'list appointments', weight: 0.5, run: ({ client }) => client.api['calendar-events'].$get({ query: {} }) },
  { name: 'list notifications', weight: 1, run: ({ client }) => client.api.notifications.$get({ query: {} }) },
  { name: 'the badges', weight: 0.5, run: ({ client }) => client.api.status.$get() },
  { name: 'system status', weight: 0.3, run: ({ client }) => client.api.crm.stats['system-status'].$get() },
  { name: 'event metrics', weight: 0.3, run: ({ client }) => client.api.crm.stats['event-metrics'].$get() },
  {
    name: 'track an event',
    weight: 0.5,
    run: ({ client }) => client.api.crm.events.$post({ json: { type: 'quote_downloaded' } }),
  },
]
