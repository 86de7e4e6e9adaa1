import { say, timeOfDay } from '../language.ts'
import { staleSince, way } from '../live.ts'

const texts = {
  stale: {
    en: 'What you see is old: nothing new since {time}. The page keeps trying.',
    da: 'Det viste er gammelt: intet nyt siden kl. {time}. Siden prøver igen.',
  },
  polling: {
    en: 'The live connection does not hold; the page asks every five seconds instead.',
    da: 'Live-forbindelsen holder ikke; siden spørger hvert femte sekund i stedet.',
  },
} as const

/** Says plainly that data is old, and since when. */
export const Stale = () => {
  const since = staleSince.value
  const text = since ? say(texts.stale, { time: timeOfDay(since) }) : way.value === 'polling' ? say(texts.polling) : ''
  return <div role="status">{text !== '' && <p class="stale">{text}</p>}</div>
}
