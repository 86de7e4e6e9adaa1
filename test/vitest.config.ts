import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { FaultsLast } from './e2e/file-order.ts'

const second = 1_000
/** Vitest itself leaves one free, which of two is half. */
const cores = availableParallelism()

/**
 * Kinds of test, from quick to slow. Those with the same `groupOrder` run together, on as many cores as there are.
 * From `e2e` on, one file has the machine to itself: they start whole stacks and measure times.
 */
export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '..'),
    // Vitest's main process stops the shared stack at the end.
    teardownTimeout: 60 * second,
    sequence: { sequencer: FaultsLast },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{catalogue,app,dashboards,alerts,stack}/**/*.test.ts',
            'test/*.test.ts',
            'test/bench/**/*.test.ts',
          ],
          // What a test waits for may take seconds where the machine is busy; less than a test may take as a whole.
          expect: { poll: { timeout: 4.5 * second } },
          maxWorkers: cores,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Some compile a copy of the tree, or ask promtool.
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 60 * second,
          hookTimeout: 60 * second,
          maxWorkers: cores,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Each file starts a database of its own.
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/integration/empty-database.ts',
          testTimeout: 30 * second,
          hookTimeout: 60 * second,
          // Real processes on a shared machine: what fails once is tried once more, what is broken fails twice.
          retry: 1,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Each starts a launcher of its own; a first one may have to build the servers.
        test: {
          name: 'launcher',
          include: ['test/e2e/launcher-*.test.ts'],
          testTimeout: 300 * second,
          hookTimeout: 900 * second,
          retry: 1,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // All share one running stack. Those that take servers away come last: e2e/file-order.ts.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/pages/pages.test.ts'],
          exclude: ['test/e2e/launcher-*.test.ts'],
          globalSetup: 'test/e2e/shared-stack.ts',
          testTimeout: 300 * second,
          hookTimeout: 900 * second,
          retry: 1,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          exclude: ['test/pages/pages.test.ts'],
          globalSetup: 'test/integration/empty-database.ts',
          testTimeout: 60 * second,
          hookTimeout: 120 * second,
          // A real browser on a shared machine: what fails once is tried once more, what is broken fails twice.
          retry: 1,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
})
