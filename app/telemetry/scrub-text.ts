/**
 * Shapes that free text is searched for, in this order: a later one must not eat the sign that tells an earlier one.
 * Every part is bounded or begins only where a word does, so that no text takes quadratic time.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  // user:password@ in URLs
  [/(\w:\/\/)[^\s/@:]*:[^\s/@]+@/g, '$1[credentials]@'],
  // secrets in query strings and forms
  [
    /\b((?:access_|refresh_|id_)?token|code|state|nonce|code_verifier|client_secret|secret|password|passwd|pwd|api_?key|sig|signature|session)(=|%3D)[^\s&"'<>]+/gi,
    '$1$2[redacted]',
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  // JSON web tokens, and keys with a well-known prefix
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/(?<![\w-])(?:sk|pk|rk|ghp|gho|ghs|xox[abprs]|AKIA|AIza|glpat)[-_]?[A-Za-z0-9_-]{16,}/g, '[token]'],
  // e-mail addresses, plain or percent-encoded
  [/[\w.+'-]{1,64}(?:@|%40)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi, '[email]'],
  // Danish CPR numbers: day, month, year, four digits. Without the hyphen they are a bare run of digits, below.
  [/(?<![\w.-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d(?:[ -]|%20)\d{4}(?![\w-])/g, '[cpr]'],
  // +45 12 34 56 78, (555) 123-4567, 555-123-4567, 12 34 56 78: never inside identifiers, dates or times
  [/(?<![\w.])(?:\+|%2B)\d(?:[\d\s().-]|%20){6,18}\d(?!\w)/gi, '[phone]'],
  [/(?<![\w.+-])\(\d{2,4}\)\s?\d{2,4}[\s-]?\d{2,4}(?:[\s-]?\d{2,4})?(?![\w-])/g, '[phone]'],
  [
    /(?<![\w.+-]|\d:)(?!(?:19|20)\d\d-\d\d-\d\d)(?=(?:\d(?:[ -]|%20)?){8})\d{2,4}(?:(?:[ -]|%20)\d{2,4}){2,4}(?!\w|-\w|:\d)/g,
    '[phone]',
  ],
  [/(?<![\w.+-]|\d:)[2-9]\d\d\.[2-9]\d\d\.\d{4}(?!\w|-\w|\.\d)/g, '[phone]'],
  // a bare run of 8 to 15 digits (E.164's longest)
  [/(?<![\w.+-]|\d:)\d{8,15}(?!\w|-\w|:\d|\.\d)/g, '[phone]'],
  // long random text: letters and digits mixed, longer than a trace id, and no `req-<uuid>`
  [
    /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])(?!(?:[a-z]+[-_]){1,3}[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?![\w-]))[\w-]{40,}/gi,
    '[token]',
  ],
]

/**
 * Most texts hold none of the signs that any shape needs, and these tests are all they cost. Four, because V8 takes ten times
 * as long for one expression that looks for all of it.
 */
const signs = /@|%40|:\/\/|eyJ/
const digits = /(?<![\w.-])(?:\d(?:[ ().-]{0,2}|%20)){7}\d|%2B\d/i
const words =
  /(?:token|code|state|nonce|verifier|secret|password|passwd|pwd|key|sig|signature|session)(?:=|%3D)|bearer|basic|(?:sk|pk|rk|gh[pos]|xox[abprs]|akia|aiza|glpat)[-_]?\w/i
const long = /(?<![\w-])[\w-]{40}/
const isSuspicious = (text: string): boolean =>
  signs.test(text) ||
  words.test(text) ||
  long.test(text) ||
  (digits.test(text) && digits.test(text.replace(uuids, 'id')))

/** Half of them hold eight digits in a row, which only a phone number should cost the whole search. */
const uuids = /(?<![\w-])[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?![\w-])/gi

/** 13 to 19 digits as cards bear them, in groups or not; first digits as the schemes have them. */
const cardNumber = /(?<![\w.+-]|\d:)[2-6]\d{3}(?:(?:[ -]|%20)?\d){9,15}(?!\w|-\w|:\d|\.\d)/g

/** The check digit of card numbers (ISO/IEC 7812-1, annex B): nine of ten other numbers fail it. */
const isCard = (digits: string): boolean => {
  let sum = 0
  for (let at = digits.length - 1, isDoubled = false; at >= 0; at--, isDoubled = !isDoubled) {
    const digit = Number(digits[at]) * (isDoubled ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

/** The text without secrets, tokens, e-mail addresses, phone, card and CPR numbers. */
export const scrubText = (text: string): string => {
  if (!isSuspicious(text)) return text
  // Before phone numbers, of which a card number in groups would be one.
  let clean = text.replace(cardNumber, (found) =>
    isCard(found.replaceAll('%20', '').replace(/\D/g, '')) ? '[card]' : found,
  )
  for (const [shape, replacement] of shapes) clean = clean.replace(shape, replacement)
  return clean
}

/** Longest text kept in a field: enough for any stack, short enough for a line. */
export const longestText = 16_384
