import { Failure } from '../client.ts'
import { say } from '../language.ts'
import { words } from './texts.ts'

/** What went wrong, in a sentence for people. */
export const sentence = (error: unknown): string => {
  if (!(error instanceof Failure)) return say(words.unexpected)
  if (error.status === 0) return say(words.nobodyAnswers)
  if (error.status === 401) return say(words.signInAgain)
  if (error.status === 403) return say(words.notAllowed)
  const fields = [...error.fields].map(([field, message]) => `${field} ${message}`)
  return [error.message || say(words.unexpected), ...fields].join(' ')
}

/** Something could not be read or done, why, and a way to try again. */
export const Trouble = ({ error, retry }: { error: unknown; retry?: () => void }) => (
  <div class="trouble" role="alert">
    <p>{sentence(error)}</p>
    {error instanceof Failure && error.correlationId && (
      <p class="quiet">{say(words.quote, { id: error.correlationId })}</p>
    )}
    {retry && (
      <button type="button" onClick={retry}>
        {say(words.retry)}
      </button>
    )}
  </div>
)
