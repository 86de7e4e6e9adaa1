/**
 * Loaded before a process (`node --import`), lets its wall clock jump: SIGUSR2 moves it five minutes ahead, the next one
 * back again. The clock of a Go server cannot be moved from outside.
 */
const jumpMs = 5 * 60_000
const RealDate = Date
let shift = 0

class JumpingDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + shift)
    else super(...(given as []))
  }

  static override now(): number {
    return RealDate.now() + shift
  }
}

globalThis.Date = JumpingDate as DateConstructor
process.on('SIGUSR2', () => {
  shift = shift === 0 ? jumpMs : 0
})
