/** First container of docker-compose.yml: makes the secrets, once, and gives each volume to the user who writes in it. */
import { alertmanagerFiles } from './alertmanager-files.ts'
import { prepareVolumes } from './volumes.ts'

prepareVolumes(process.env.VOLUMES || '/volumes', {
  alertmanagerSecrets: (crmToken) => alertmanagerFiles(crmToken, process.env),
})
console.log('secrets and volumes are ready')
