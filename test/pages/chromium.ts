import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Debian's Chromium; undefined where it is not installed. */
export const chromiumOnPath = async (): Promise<string | undefined> => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  for (const file of folders.flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)))) {
    const there = await access(file).then(
      () => true,
      () => false,
    )
    if (there) return file
  }
  return undefined
}
