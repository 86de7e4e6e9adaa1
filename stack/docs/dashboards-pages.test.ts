import { expect, test } from 'vitest'
import { dashboardsPages } from './dashboards-pages.ts'

const pages = dashboardsPages([
  {
    uid: 'overview',
    title: 'Overview',
    description: 'Are users hurt? Generated from dashboards/overview.ts by npm run build:dashboards: do not edit.',
    templating: {
      list: [
        { name: 'job', label: 'Job', type: 'query' },
        { name: 'source', type: 'datasource' },
      ],
    },
    panels: [
      { type: 'row', title: 'First' },
      { type: 'stat', title: 'A | B', description: 'Below <b>5</b>:\nlook.' },
      { type: 'row', title: 'Then', panels: [{ type: 'table', title: 'Slow', datasource: { type: 'tempo' } }] },
    ],
  },
])

test('a page for each dashboard, and one that lists them', () => {
  expect(Object.keys(pages)).toEqual(['README.md', 'overview.md'])
  expect(pages['README.md']).toContain('| [Overview](overview.md) | Are users hurt? | 2 |')
})

test('its question, its picture, its rows and what each panel says of itself', () => {
  const page = pages['overview.md'] ?? ''
  expect(page).toContain('**Are users hurt?**\n')
  expect(page).toContain('(overview.png)')
  expect(page).toContain('narrowed to: Job (`var-job`).')
  expect(page).toContain('### First\n')
  expect(page).toContain('| **A \\| B** | number | Below &lt;b>5&lt;/b>: look. |')
  expect(page).toContain('| **Slow** | traces |')
  expect(page).toContain('Grafana draws the same panels, and looks richer.')
})
