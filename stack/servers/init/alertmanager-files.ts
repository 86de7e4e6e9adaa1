import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Delivery, delivering, secretFor, secretsNamed } from '../../launch/alert-delivery.ts'
import { root } from '../../place.ts'

const generated = (name: string): string => readFileSync(join(root, 'alerts', 'generated', name), 'utf8')

/** What Alertmanager's container reads, text by name: its configuration, its templates, and the secrets that it names. */
export function alertmanagerFiles(crmToken: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const configuration = generated('alertmanager.yaml')
  const delivery: Delivery = {
    sandbox: 'http://sandbox:4000',
    sandboxSmtp: 'sandbox:4026',
    crm: 'http://api:3000',
    crmToken,
    env,
  }
  return {
    ...Object.fromEntries(secretsNamed(configuration).map((name) => [name, secretFor(delivery, name)])),
    'alertmanager.yaml': delivering(configuration, delivery),
    'messages.tmpl': generated('messages.tmpl'),
  }
}
