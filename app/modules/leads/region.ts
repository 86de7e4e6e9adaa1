/** Calling codes of the countries that our customers come from, each with the country's ISO 3166-1 code. */
const callingCodes: Readonly<Record<string, string>> = {
  1: 'US',
  30: 'GR',
  31: 'NL',
  32: 'BE',
  33: 'FR',
  34: 'ES',
  351: 'PT',
  352: 'LU',
  353: 'IE',
  354: 'IS',
  358: 'FI',
  36: 'HU',
  370: 'LT',
  371: 'LV',
  372: 'EE',
  39: 'IT',
  40: 'RO',
  41: 'CH',
  420: 'CZ',
  421: 'SK',
  43: 'AT',
  44: 'GB',
  45: 'DK',
  46: 'SE',
  47: 'NO',
  48: 'PL',
  49: 'DE',
  61: 'AU',
  81: 'JP',
  91: 'IN',
}

const countries = new Set(Object.values(callingCodes))
const longestCode = 3

/** What is known of a lead that may tell where it comes from. */
export interface Whereabouts {
  readonly phone: string | null
  readonly email: string | null
  readonly source: string
}

/** `+45 12 34 56 78` or `0045 …` → `DK`; undefined without a code that we know. */
const byPhone = (phone: string | null): string | undefined => {
  const international = /^(?:\+|00)([\d\s().-]+)$/.exec(phone?.trim() ?? '')?.[1]
  if (international === undefined) return undefined
  const digits = international.replaceAll(/\D/g, '')
  for (let length = longestCode; length > 0; length--) {
    const country = callingCodes[digits.slice(0, length)]
    if (country !== undefined) return country
  }
  return undefined
}

/** `anna@firma.dk` → `DK`, `web-se` → `SE`; endings that are no country (`.com`) say nothing. */
const byEnding = (text: string | null): string | undefined => {
  const ending = /[.\-_/ ]([a-z]{2})$/i.exec(text?.trim() ?? '')?.[1]?.toUpperCase()
  // The one country whose domain is not its code.
  const country = ending === 'UK' ? 'GB' : ending
  return country !== undefined && countries.has(country) ? country : undefined
}

export const unknownRegion = 'unknown'

/** The country of a lead, by its phone, else by the domain of its e-mail address, else by its source. Asks nobody. */
export const regionOf = ({ phone, email, source }: Whereabouts): string =>
  byPhone(phone) ?? byEnding(email) ?? byEnding(source) ?? unknownRegion
