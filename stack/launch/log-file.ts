import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs'

/** Of one service's output as much is kept, and as much again of before. At debug level the api writes 20 MB an hour. */
const mostBytes = 10_000_000

/** Opens the log for a new process; the last process' output moves to `<file>.1`. @returns a descriptor for its stdio */
export function openLog(file: string): number {
  if (existsSync(file)) renameSync(file, `${file}.1`)
  // Appending: after a truncation each writer goes on at the new end.
  return openSync(file, 'a', 0o600)
}

/** Moves what has grown too large to `<file>.1` while the process goes on writing. */
export function boundLog(file: string): void {
  if (!existsSync(file) || statSync(file).size <= mostBytes) return
  copyFileSync(file, `${file}.1`)
  truncateSync(file)
}

/** The last lines of a log, without colours and control characters; none when there is no log. */
export function lastLines(file: string, count: number): string[] {
  return tail(file, 16_384)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
}

/** The end of the log as text: at most `bytes` of it. */
export function tail(file: string, bytes: number): string {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, bytes))
    const read = readSync(descriptor, buffer, 0, buffer.length, Math.max(0, size - bytes))
    return printable(buffer.toString('utf8', 0, read))
  } finally {
    closeSync(descriptor)
  }
}

/** Escape sequences of a service must not reach the terminal of whoever watches the launcher. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
}
