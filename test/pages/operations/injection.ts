/** Whatever comes from outside is shown as text, wherever it is shown. */
import { expect, test } from 'vitest'
import { needsBrowser, type Site, settled } from './browser.ts'
import { allViews } from './parts.ts'
import type { Seeded } from './seed.ts'

/** Ends what it may stand in, and would leave a mark if anything ran. */
export const evil = (what: string): string =>
  `${what} '"></td><img src=x onerror="window.ran='${what}'"><script>window.ran=1</script>`

/** What was put in and is to be read, at each address where it is shown. */
const shown: Readonly<Record<string, readonly string[]>> = {
  '/': ['contact', 'company', 'user'],
  '/leads': ['lead'],
  '/deals': ['deal'],
  '/admin/alerts': ['summary', 'description'],
  '/admin/alerts?tab=history': ['alert type', 'alert message'],
  '/admin/audit': ['reason', 'user'],
  '/admin/integrations?tab=activity': ['job error'],
  '/admin/integrations?tab=errors': ['sync kind', 'external id', 'job error'],
  '/admin/errors': ['error type', 'error message', 'error place'],
  '/admin/events': ['event'],
  '/admin/queues?tab=events': ['event type', 'event error', 'quarantine reason'],
  '/admin/queues?tab=sync-log': ['sync provider', 'sync entity', 'sync error'],
  '/admin/users': ['action', 'route', 'user'],
}

export const injection = (site: () => Site, seeded: () => Seeded): void => {
  test.for(allViews)('$path: what comes from outside stays text', async ({ path }, context) => {
    needsBrowser(context)
    await site().visit(path, {}, async ({ page }) => {
      await settled(page)
      const body = page.locator('body')
      for (const what of shown[path] ?? []) await expect.poll(() => body.textContent()).toContain(evil(what))
      expect(await page.evaluate(marks)).toEqual([])
    })
  })

  test('what is looked for, and what was chosen, stand in the address and stay text', async (context) => {
    needsBrowser(context)
    for (const path of [
      `/?q=${encodeURIComponent(evil('search'))}`,
      `/admin/queues?tab=events&event=${seeded().failedEventId}`,
      `/admin/queues?tab=${encodeURIComponent(evil('tab'))}`,
      `/admin/users?user=${encodeURIComponent(evil('user'))}`,
      `/admin/errors?group=${seeded().groupId}`,
      `/admin/${encodeURIComponent(evil('part'))}`,
      `/${encodeURIComponent(evil('page'))}`,
    ]) {
      await site().visit(path, {}, async ({ page, errors }) => {
        await expect.poll(() => page.locator('body').textContent()).not.toBe('')
        expect(await page.evaluate(marks), path).toEqual([])
        // An address that leads nowhere is no page of ours; a filter that is none is refused.
        errors.splice(0, errors.length, ...errors.filter((error) => !/status of (404|422)/.test(error)))
      })
    }
  })
}

/** What would be there if anything had become markup. */
const marks = `[...(window.ran === undefined ? [] : ['ran ' + window.ran]),
  ...[...document.querySelectorAll('img[src=x], #page script')].map((each) => each.outerHTML)]`
