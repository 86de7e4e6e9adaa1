import { type JourneyStep, journeySteps } from '../../catalogue/journeys.ts'
import { signIn } from '../load/sign-in.ts'

type Ask = (url: string, init?: RequestInit) => Promise<Response>

/** The CRM, as somebody who uses it reaches it. */
export interface Crm {
  readonly url: string
  /** The outside world, where a journey begins that no user of the CRM begins. */
  readonly sandbox: string
  /** Sends a request under the journey's trace id. */
  readonly traced: Ask
  /** What is needed before or after the journey, but does not belong to it. */
  readonly untraced: Ask
}

/** What a user does from beginning to end. */
export interface Journey {
  readonly name: string
  readonly steps: readonly JourneyStep[]
  /** Does it. @returns what removes everything that it left in the CRM @throws when the CRM refuses */
  readonly perform: (crm: Crm) => Promise<() => Promise<void>>
}

/** One of the users whom the sandbox signs in. */
const user = 'anna@crm.example'

export const journeys: readonly Journey[] = [
  {
    name: 'login',
    steps: journeySteps.login,
    perform: async ({ url, traced, untraced }) => {
      const headers = { cookie: (await signIn(url, user, traced)).header }
      for (const path of ['/api/auth/me', '/api/contacts']) await answered(200, traced(`${url}${path}`, { headers }))
      return () => signOut(url, untraced, headers)
    },
  },
  {
    name: 'contact-creation',
    steps: journeySteps['contact-creation'],
    perform: async ({ url, traced, untraced }) => {
      const headers = { cookie: (await signIn(url, user, untraced)).header }
      const contact = { name: 'Journey', email: 'journey@crm.example' }
      const id = await created(traced, `${url}/api/contacts`, headers, contact)
      return async () => {
        await answered(204, untraced(`${url}/api/contacts/${id}`, { method: 'DELETE', headers }))
        await signOut(url, untraced, headers)
      }
    },
  },
  {
    name: 'email-sync',
    steps: journeySteps['email-sync'],
    perform: async ({ url, sandbox, traced, untraced }) => {
      // A mailbox belongs to a workspace, which is there from its first sign-in on.
      const headers = { cookie: (await signIn(url, user, untraced)).header }
      // Google tells the CRM by a signed webhook, and carries our trace on.
      const arrival = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"count":1}' }
      await answered(201, traced(`${sandbox}/sandbox/gmail/messages`, arrival))
      return () => signOut(url, untraced, headers)
    },
  },
  {
    name: 'lead-workflow',
    steps: journeySteps['lead-workflow'],
    perform: async ({ url, traced, untraced }) => {
      const headers = { cookie: (await signIn(url, user, untraced)).header }
      const contactId = await created(untraced, `${url}/api/contacts`, headers, {
        name: 'Journey',
        phone: '+45 12345678',
      })
      const leadId = await created(traced, `${url}/api/leads`, headers, { title: 'Journey', contactId })
      const remove = (path: string) => answered(204, untraced(`${url}${path}`, { method: 'DELETE', headers }))
      return async () => {
        await remove(`/api/leads/${leadId}`)
        await remove(`/api/contacts/${contactId}`)
        await signOut(url, untraced, headers)
      }
    },
  },
]

/** Creates something by POST. @returns its id */
const created = async (ask: Ask, address: string, headers: { cookie: string }, given: object): Promise<string> => {
  const init = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(given),
  }
  return ((await (await answered(201, ask(address, init))).json()) as { id: string }).id
}

const signOut = async (url: string, ask: Ask, headers: { cookie: string }): Promise<void> => {
  await answered(204, ask(`${url}/api/auth/logout`, { method: 'POST', headers }))
}

const answered = async (status: number, asked: Promise<Response>): Promise<Response> => {
  const response = await asked
  if (response.status === status) return response
  throw new Error(`${new URL(response.url).pathname} answered ${response.status}: ${await response.text()}`)
}
