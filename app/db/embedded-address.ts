/** User, password and database of the embedded server. It listens on 127.0.0.1 only, so the password guards nothing. */
export const embeddedName = 'crm'

export const embeddedUrl = (port: number): string =>
  `postgres://${embeddedName}:${embeddedName}@127.0.0.1:${port}/${embeddedName}`
