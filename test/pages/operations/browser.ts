import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, type TestContext } from 'vitest'
import { buildPage } from '../../../app/web/build.ts'
import { type Service, startService } from '../../integration/crm/service.ts'
import { freePort } from '../../integration/telemetry/harness.ts'
import { chromiumOnPath } from '../chromium.ts'

const executablePath = await chromiumOnPath()

/** What a browser does besides showing pages costs more than the pages do. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Leaves a test out where there is no browser; why is said. */
export const needsBrowser = (context: TestContext): void => {
  if (!executablePath) context.skip('chromium is not on PATH: install Debian’s package chromium')
}

/** Who looks at a page: one of the sandbox's people, or nobody who is signed in. */
export type Who = 'admin' | 'anna' | 'nobody'

export interface Look {
  readonly as?: Who
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

/** A page that is open. */
export interface Visit {
  readonly page: Page
  /** Errors in its console, and those that nobody caught. */
  readonly errors: string[]
}

/** The service on an address of its own, looked at through one Chromium with a context for each person. */
export interface Site {
  readonly url: string
  readonly service: Service
  readonly browser: Browser
  /** The Cookie header of somebody's session. */
  readonly cookie: (who: Exclude<Who, 'nobody'>) => Promise<string>
  /** Asks the service as its admin. @returns the body of the answer */
  readonly ask: <T>(path: string) => Promise<T>
  /** A context of its own: signed in, with nothing in its cache. */
  readonly context: (who: Who) => Promise<BrowserContext>
  /** Opens a page, looks at it, and closes it again; what stands in its console fails the test. */
  readonly visit: (path: string, look: Look, work: (visit: Visit) => Promise<void>) => Promise<void>
  readonly stop: () => Promise<void>
}

/** @param env settings of the service on top of the tests' own. @returns undefined where there is no browser */
export const startSite = async (env: Record<string, string> = {}): Promise<Site | undefined> => {
  if (!executablePath) return undefined
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const [service, browser] = await Promise.all([
    startService({ PUBLIC_URL: url, ...env }),
    chromium.launch({ executablePath, args: [...flags] }),
    buildPage(),
  ])
  await service.serve(port)

  const cookies = new Map<string, Promise<string>>()
  const cookie: Site['cookie'] = async (who) => {
    const known = cookies.get(who) ?? service.signIn(`${who}@crm.example`)
    cookies.set(who, known)
    return await known
  }
  const context: Site['context'] = async (who) => {
    const made = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Copenhagen', reducedMotion: 'reduce' })
    if (who !== 'nobody') {
      const [name = '', value = ''] = (await cookie(who)).split('=')
      await made.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }])
    }
    return made
  }
  const contexts = new Map<Who, Promise<BrowserContext>>()
  const sharedContext = async (who: Who): Promise<BrowserContext> => {
    const known = contexts.get(who) ?? context(who)
    contexts.set(who, known)
    return await known
  }

  return {
    url,
    service,
    browser,
    cookie,
    ask: async (path) => {
      const answer = await service.ask(`GET ${path}`, { cookie: await cookie('admin') })
      expect(`${path} ${answer.status}`).toBe(`${path} 200`)
      return (await answer.json()) as never
    },
    context,
    visit: async (path, { as = 'admin', theme = 'light', width = 1_280, height = 900 }, work) => {
      const page = await (await sharedContext(as)).newPage()
      try {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
        const errors = errorsOf(page)
        await page.goto(`${url}${path}`)
        await work({ page, errors })
        expect(errors).toEqual([])
      } finally {
        await page.close()
      }
    },
    stop: async () => {
      await browser.close()
      await service.stop()
    },
  }
}

/** Gathers what goes wrong on a page from now on. */
export const errorsOf = (page: Page): string[] => {
  const errors: string[] = []
  page.on(
    'console',
    (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`),
  )
  page.on('pageerror', (error) => errors.push(error.message))
  return errors
}

/** Waits until nothing on a page is still being read. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator('h1').first().waitFor()
  await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 10_000, interval: 50 }).toBe(0)
}

let axe: Promise<string> | undefined

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
  }[]
}

/** What axe finds wrong, a line each. */
export const axeFinds = async (page: Page): Promise<string[]> => {
  axe ??= readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
  // The policy of the page forbids scripts from elsewhere to be put into it; what is evaluated by the browser's own door is none.
  await page.evaluate(await axe)
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResult
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}
