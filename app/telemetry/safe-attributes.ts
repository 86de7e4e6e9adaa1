import type { AttributeValue } from '@opentelemetry/api'
import { replacementForKey, scrubReason, scrubStack, scrubText } from './privacy.ts'
import { remembered } from './remembered.ts'
import { scrubPath, scrubQuery, scrubUrl, scrubUserAgent } from './safe-urls.ts'

/** Attributes that cannot hold free text: ids, numbers, closed sets. They are most of a span, so they are not searched. */
const harmless =
  /^(http\.(request\.method|route|response\.(status_code|body\.size))|url\.scheme|network\.(protocol|transport|type|local|peer\.port).*|server\.port|db\.(system\.name|namespace|operation\.name|collection\.name)|messaging\.(system|operation\..*|destination\.name|message\.id)|user\.id|crm\.(workspace|integration)\.id|error\.type)$/

/** Attributes whose whole value is what somebody sent. */
const passedOn =
  /^http\.(request|response)\.header\.|^db\.(query\.parameter|statement\.parameters?|operation\.parameter|response\.returned)|^messaging\.message\.(body|payload|header)|^rpc\.(request|response|grpc\.request|grpc\.response)\.metadata|^graphql\.(document|source|variables)|^gen_ai\.(prompt|completion|input|output|system_instructions|tool\.call\.(arguments|result))|^enduser\.|^(db\.)?(redis|mongodb)\..*arg/

const address = /^[\da-f:.]{2,45}$/i
const host = /^[\w.:[\]-]{1,253}$/

/** The attributes of HTTP and databases that hold what a caller wrote, each with what may be shown of it. */
const rules: Readonly<Record<string, (value: string) => string>> = {
  'url.path': scrubPath,
  'url.query': scrubQuery,
  'url.full': scrubUrl,
  'http.url': scrubUrl,
  'http.target': scrubUrl,
  'user_agent.original': scrubUserAgent,
  'http.user_agent': scrubUserAgent,
  'exception.message': scrubReason,
  'exception.stacktrace': scrubStack,
  'client.address': (value) => (address.test(value) ? value : '[text]'),
  'network.peer.address': (value) => (address.test(value) ? value : '[text]'),
  'server.address': (value) => (host.test(value) ? scrubText(value) : '[text]'),
  'db.query.text': (value) => safeStatement(value),
  'db.statement': (value) => safeStatement(value),
}

/** The bound is for keys that are input. */
const mostKeys = 1_000

/** Statements by their text: they are parameterised, so there are few. The bound is for whoever writes values into them. */
const mostStatements = 1_000

/** A statement without the values that somebody wrote into it: `where name = 'Anna'` → `where name = '?'`. */
const safeStatement = remembered(mostStatements, (statement) =>
  scrubText(statement.replace(/'(?:[^']|'')*'/g, (literal) => (keyword.test(literal) ? literal : "'?'"))),
)
/** States and units that our own statements name: `'pending'`, `'5 minutes'`. */
const keyword = /^'(?:[a-z_]{0,24}|\d{1,4} [a-z]{3,8})'$/

/** What a key says of its value. Keys are few, and each is judged once. */
const judge = remembered(mostKeys, (key): 'harmless' | 'passed on' | 'unknown' => {
  if (harmless.test(key)) return 'harmless'
  return passedOn.test(key) ? 'passed on' : 'unknown'
})

/** What may be shown of an attribute, by its key, and else by its shape. Returns the very value where there is nothing to hide. */
export const safeAttribute = (key: string, value: AttributeValue): AttributeValue => {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  const verdict = judge(key)
  if (verdict === 'harmless') return value
  if (verdict === 'passed on') return '[redacted]'
  const rule = rules[key]
  if (rule && typeof value === 'string') return rule(value)
  const replacement = replacementForKey(lastPart(key), value)
  if (replacement !== undefined) return replacement
  if (typeof value === 'string') return scrubText(value)
  if (!Array.isArray(value) || !value.some((item) => typeof item === 'string' && scrubText(item) !== item)) return value
  return (value as (string | null)[]).map((item) => (typeof item === 'string' ? scrubText(item) : item))
}

/** Keys have dots where fields have depth. */
const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1)
