import { api, read } from '../client.ts'
import { say } from '../language.ts'
import { useRead } from '../use-read.ts'

const texts = {
  nobody: { en: 'Nobody yet', da: 'Ingen endnu' },
} as const

/** The newest contacts, to choose one of them. */
export const useContactOptions = (): readonly (readonly [string, string])[] => {
  const { data } = useRead('contact options', () => read(api.contacts.$get({ query: { limit: '100' } })))
  const known = (data?.contacts ?? []).map(
    ({ id, name, company }) => [id, company ? `${name}, ${company}` : name] as const,
  )
  return [['', say(texts.nobody)], ...known]
}
