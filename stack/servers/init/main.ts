/** First container of docker-compose.yml: makes the secrets, once, and gives each volume to the user who writes in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { intoSandbox, secretFor, secretsNamed } from '../../launch/render.ts'
import { root } from '../../place.ts'
import { prepareVolumes } from './volumes.ts'

const alertmanager = readFileSync(join(root, 'alerts', 'generated', 'alertmanager.yaml'), 'utf8')

const sandbox = 'http://sandbox:4000'

prepareVolumes(process.env.VOLUMES || '/volumes', {
  alertmanagerSecrets: (crmToken) => ({
    ...Object.fromEntries(
      secretsNamed(alertmanager).map((name) => [name, secretFor({ sandbox, crm: 'http://api:3000', crmToken }, name)]),
    ),
    'alertmanager.yaml': intoSandbox(alertmanager, sandbox),
  }),
})
console.log('secrets and volumes are ready')
