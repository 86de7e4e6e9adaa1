import { stringify } from 'yaml'
import { generatedMark } from '../conventions.ts'

/** YAML with the mark of generated files; long texts are folded, and nothing is abbreviated by anchors. */
export const yamlFile = (value: unknown): string =>
  `# ${generatedMark}\n${stringify(value, { lineWidth: 120, aliasDuplicateObjects: false })}`
