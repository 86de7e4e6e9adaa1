import type { Look } from '../runbook.ts'

/** A command that answers a question better than a query. */
export interface CommandLook {
  readonly question: string
  readonly language: 'sh'
  readonly text: string
  readonly answer: string
}

/** One thing to look at, with what answers it. */
export interface Check {
  readonly title: string
  readonly looks: readonly (Look | CommandLook)[]
}

export interface Checklist {
  readonly title: string
  /** When, who, and how long it takes. */
  readonly when: string
  readonly checks: readonly Check[]
}

export const commandLook = (question: string, text: string, answer: string): CommandLook => ({
  question,
  language: 'sh',
  text,
  answer,
})
