import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard'
import { colours, type Meaning } from './colours.ts'

/** What a value means: `{ 1: ['up', 'good'], 0: ['down', 'bad'] }`. */
export type States = Readonly<Record<number, readonly [text: string, meaning: Meaning]>>

/** Of what answers or does not. */
export const upOrDown: States = { 0: ['down', 'bad'], 1: ['up', 'good'] }

/** Of a configuration that was read or not. */
export const readOrNot: States = { 0: ['not read', 'bad'], 1: ['read', 'good'] }

/** Words and colours in place of the values. */
export const mappings = (states: States): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(states).map(([value, [text, meaning]], index) => [
        value,
        { text, color: colours[meaning], index },
      ]),
    ),
  },
]
