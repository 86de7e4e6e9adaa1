import { byAlert } from './by-alert.ts'
import { byLink } from './by-link.ts'
import { byPage } from './by-page.ts'
import { byRequest } from './by-request.ts'
import { byTrace } from './by-trace.ts'
import type { Direction } from './direction.ts'

/** Every way from one signal to another. */
export const directions: readonly Direction[] = [...byTrace, ...byRequest, ...byAlert, ...byLink, ...byPage]
