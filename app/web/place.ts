import { join } from 'node:path'

/** Where the built page lies. */
export const pageFolder = join(import.meta.dirname, 'built')

/** Under which path its files are served. */
export const pagePath = '/page/'
