/** Where the launcher writes: a terminal in which progress is redrawn, or plain lines (a file, CI). */
export interface Screen {
  /** A line that stays. */
  readonly line: (text: string) => void
  /** What is under way, by key; undefined when it is over. Without a terminal a line each 15 s and at each new step. */
  readonly progress: (key: string, text: string | undefined) => void
  /** Ends all redrawing. */
  readonly close: () => void
}

export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

/** Without a terminal the same progress is repeated after so long. */
const repeatMs = 15_000

export function createScreen(output: Output = process.stdout, now: () => number = Date.now): Screen {
  return output.isTTY ? terminal(output) : plain(output, now)
}

function plain(output: Output, now: () => number): Screen {
  const shown = new Map<string, { step: string; at: number }>()
  const write = (text: string) => output.write(`${text}\n`)
  return {
    line: write,
    progress(key, text) {
      if (text === undefined) {
        shown.delete(key)
        return
      }
      // Numbers count up; a step is what the words say.
      const step = text.replace(/\d+/g, '')
      const last = shown.get(key)
      if (last?.step === step && now() - last.at < repeatMs) return
      shown.set(key, { step, at: now() })
      write(text)
    },
    close: () => {},
  }
}

function terminal(output: Output): Screen {
  const current = new Map<string, string>()
  let drawn = 0
  const erase = () => {
    if (drawn > 0) output.write(`\u001b[${drawn}A\u001b[J`)
    drawn = 0
  }
  const draw = () => {
    // Cut, since a wrapped line would be two to erase.
    for (const text of current.values()) output.write(`${text.slice(0, (output.columns ?? 80) - 1)}\n`)
    drawn = current.size
  }
  return {
    line(text) {
      erase()
      output.write(`${text}\n`)
      draw()
    },
    progress(key, text) {
      if (text === undefined ? !current.has(key) : current.get(key) === text) return
      erase()
      if (text === undefined) current.delete(key)
      else current.set(key, text)
      draw()
    },
    close() {
      erase()
      current.clear()
    },
  }
}

/** `12 s` below two minutes, `3 min 5 s` above. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Rows in columns as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
