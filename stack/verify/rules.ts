import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { askJson } from '../queries/http.ts'
import type { Check, Finding } from './check.ts'

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { record?: string; alert?: string }[] }[]
}

interface LoadedGroup {
  readonly name: string
  readonly rules: readonly { name: string; health: string; lastError?: string }[]
}

/** A check for each group of `alerts/generated/rules`: Prometheus has loaded just these rules, and evaluates them without error. */
export const ruleChecks = async (prometheus: string, folder: string): Promise<Check[]> => {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.yaml')).sort()
  if (files.length === 0) {
    const note = `no rule files in ${folder}: npm run build:alerts writes them`
    return [{ group: 'Rules', name: 'are generated', run: async () => ({ state: 'error', note }) }]
  }
  const groups = await Promise.all(
    files.map(async (file) => (parse(await readFile(join(folder, file), 'utf8')) as RuleFile).groups),
  )
  return groups.flat().map(({ name, rules }) => ({
    group: 'Rules',
    name,
    run: async (signal) => {
      const { data } = await askJson<{ data: { groups: LoadedGroup[] } }>(`${prometheus}/api/v1/rules`, signal)
      return findGroup(
        rules.map(({ record, alert }) => record ?? alert ?? ''),
        data.groups.find((group) => group.name === name),
      )
    },
  }))
}

const findGroup = (expected: readonly string[], loaded: LoadedGroup | undefined): Finding => {
  if (!loaded) return { state: 'error', note: 'not loaded' }
  const names = loaded.rules.map(({ name }) => name)
  const missing = expected.filter((name) => !names.includes(name))
  const stale = names.filter((name) => !expected.includes(name))
  if (missing.length > 0) return { state: 'error', note: `not loaded: ${missing.join(', ')}` }
  if (stale.length > 0) return { state: 'error', note: `loaded, but no longer in the file: ${stale.join(', ')}` }
  const broken = loaded.rules.find(({ health }) => health === 'err')
  if (broken) return { state: 'error', note: `${broken.name}: ${broken.lastError ?? 'fails'}` }
  const waiting = loaded.rules.filter(({ health }) => health !== 'ok')
  return waiting.length > 0 ? { state: 'empty', note: `${waiting.length} not evaluated yet` } : { state: 'ok' }
}
