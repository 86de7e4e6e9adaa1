import { say } from '../language.ts'

const texts = {
  newest: { en: 'Back to the newest', da: 'Tilbage til de nyeste' },
  older: { en: 'Show older', da: 'Vis ældre' },
} as const

/** The way through a list that comes in pages. @param after what the page shown follows; empty on the first */
export const Pager = ({ after, next, go }: { after: string; next: string | null; go: (after: string) => void }) =>
  after === '' && next === null ? null : (
    <p class="buttons">
      {after !== '' && (
        <button type="button" onClick={() => go('')}>
          {say(texts.newest)}
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => go(next)}>
          {say(texts.older)}
        </button>
      )}
    </p>
  )
