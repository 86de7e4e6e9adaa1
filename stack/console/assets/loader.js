// Asks for panels' data: what is in view, a few at a time.

const most = 4
let running = 0
const waiting = []

/** Does the work when its turn comes. Work that was asked for last is nearest to where the reader looks, and goes first. */
function inTurn(work) {
  waiting.push(work)
  next()
}

function next() {
  while (running < most && waiting.length > 0) {
    running++
    waiting
      .pop()()
      .finally(() => {
        running--
        next()
      })
  }
}

/** Loads JSON into `panel.data` and then calls `done(panel, error)`. A newer request replaces an older one. */
export function load(panel, url, done) {
  panel.abort?.abort()
  const abort = new AbortController()
  panel.abort = abort
  panel.busy = true
  inTurn(async () => {
    if (abort.signal.aborted) return
    try {
      const response = await fetch(url, { signal: abort.signal })
      if (!response.ok) throw new Error(`the console answered ${response.status}`)
      panel.data = await response.json()
      if (!abort.signal.aborted) done(panel)
    } catch (error) {
      if (error.name !== 'AbortError') done(panel, error)
    } finally {
      if (panel.abort === abort) panel.busy = false
    }
  })
}
