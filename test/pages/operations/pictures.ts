import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { root } from '../../../stack/place.ts'
import { withFewColours } from '../small-png.ts'
import { allPages } from './parts.ts'

const folder = join(root, 'docs', 'operations-page')
const viewport = { width: 1_280, height: 900 }
/** A page of documentation must load quickly. */
const mostBytes = 200_000
/** Several messages of the stream, and whatever is read anew meanwhile. */
const watchedMs = 6_000

/** `overview-light.png` of `/admin`, `contacts-dark.png` of `/`. */
export const nameOf = (path: string): string =>
  ({ '/': 'contacts', '/admin': 'overview' })[path] ?? path.split('/').at(-1) ?? ''

/** A picture of every part of the operations page in both themes. @param api the address of a running service */
export const takePagePictures = async (browser: Browser, api: string, say: (text: string) => void): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en-GB', reducedMotion: 'reduce' })
    const page = await context.newPage()
    try {
      await page.goto(`${api}/api/auth/login?login_hint=admin@crm.example&return_to=/docs`)
      for (const { path } of allPages) {
        await page.goto(`${api}${path}`)
        await settled(page)
        const picture = withFewColours(await page.screenshot({ animations: 'disabled' }))
        if (picture.length > mostBytes) say(`${path} (${theme}) is larger than it should be`)
        await writeFile(join(folder, `${nameOf(path)}-${theme}.png`), picture)
        say(`${nameOf(path)}-${theme}.png  ${Math.round(picture.length / 1_000)} kB`)
      }
    } finally {
      await context.close()
    }
  }
}

/** What is not there in time is left out of the picture. */
const settled = async (page: Page): Promise<void> => {
  const deadline = Date.now() + 30_000
  await page.locator('h1').first().waitFor()
  while ((await page.locator('[aria-busy=true]').count()) > 0 && Date.now() < deadline) await pause(200)
  await pause(watchedMs)
}
