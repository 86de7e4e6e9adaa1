import { appEnv } from './app-env.ts'
import { portOf, type ServiceName, urlOf } from './ports.ts'
import { node, type Service, type Stack } from './service.ts'

/** A process of the CRM: they differ in their entry file and in where their metrics are scraped. */
const crm = (name: 'api' | 'worker' | 'mcp', entry: string) => (stack: Stack) =>
  node(['--import', './app/telemetry/preload.ts', entry], appEnv(stack, String(portOf(stack.place, name, 'metrics'))))

/** The CRM's own processes. */
export const crmServices = {
  api: {
    title: 'CRM',
    purpose: 'the service itself',
    kind: 'node',
    command: crm('api', 'app/main.ts'),
    ready: ({ place }) => ({ url: `${urlOf(place, 'api')}/health/ready` }),
    readyWithin: 60,
    after: ['postgres', 'sandbox'],
    stop: { stage: 2, seconds: 3.5 },
    links: ({ place }) => [
      {
        label: 'sign in as admin@crm.example',
        url: `${urlOf(place, 'api')}/api/auth/login?login_hint=admin@crm.example&return_to=/admin`,
      },
      { label: 'the API, to try out', url: `${urlOf(place, 'api')}/docs` },
    ],
  },
  worker: {
    title: 'CRM worker',
    purpose: 'runs the jobs that requests enqueue',
    kind: 'node',
    command: crm('worker', 'app/worker.ts'),
    ready: ({ place }) => ({ url: `${urlOf(place, 'worker', 'metrics')}/metrics` }),
    readyWithin: 60,
    after: ['postgres', 'sandbox'],
    stop: { stage: 2, seconds: 3.5 },
  },
  mcp: {
    title: 'CRM for models',
    purpose: 'answers tools over contacts, broadcasts and queues (MCP)',
    kind: 'node',
    command: crm('mcp', 'app/mcp.ts'),
    ready: ({ place }) => ({ url: `${urlOf(place, 'mcp')}/health/ready` }),
    readyWithin: 60,
    after: ['postgres', 'sandbox'],
    stop: { stage: 2, seconds: 3.5 },
  },
} as const satisfies Partial<Readonly<Record<ServiceName, Service>>>
