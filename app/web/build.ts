import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { pageFolder, pagePath } from './place.ts'

const folders = { app: join(import.meta.dirname, '..'), root: join(import.meta.dirname, '..', '..') }

/** Everything that the page is made of, as one hash: what was built from the same is not built again. */
const keyOfSources = async (): Promise<string> => {
  const files = [join(folders.root, 'package-lock.json')]
  for await (const file of glob(['app/web/**/*.{ts,tsx,css,html,svg}', 'catalogue/**/*.ts'], { cwd: folders.root }))
    if (!file.startsWith('app/web/built') && !/\.test(-d)?\.tsx?$/.test(file)) files.push(join(folders.root, file))
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(file).update(await readFile(file))
  return hash.digest('hex')
}

/**
 * Builds the page into its folder, unless what lies there was made of the same sources.
 * @returns whether it was built
 * @throws what Vite says of a source that cannot be built
 */
export const buildPage = async (folder = pageFolder): Promise<boolean> => {
  const key = await keyOfSources()
  if ((await readFile(join(folder, 'sources'), 'utf8').catch(() => '')) === key) return false
  // Beside its place until it is whole: somebody may be serving what lies there, or be building as well.
  const outDir = `${folder}.${process.pid}`
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: pagePath,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      manifest: 'manifest.json',
      target: 'es2022',
      assetsDir: '.',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  await writeFile(join(outDir, 'sources'), key)
  await rm(folder, { recursive: true, force: true })
  await rename(outDir, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(outDir, { recursive: true, force: true })
    // Somebody else was quicker.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return true
}

if (import.meta.main) {
  await mkdir(join(pageFolder, '..'), { recursive: true })
  const began = performance.now()
  console.log(
    (await buildPage())
      ? `The page is built, in ${Math.round(performance.now() - began)} ms.`
      : 'The page is up to date.',
  )
}
