import { defineConfig } from 'vitest/config'

/** One project a layer. Only unit and contract tests run side by side: the others start servers, and there are two cores. */
const project = (name: string, include: string[], options: { seconds: number; sideBySide?: boolean }) => ({
  test: {
    name,
    include,
    exclude: ['**/node_modules/**'],
    environment: 'node',
    testTimeout: options.seconds * 1000,
    hookTimeout: options.seconds * 1000,
    fileParallelism: options.sideBySide ?? false,
  },
})

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    projects: [
      project('unit', ['{catalogue,app,dashboards,alerts,stack}/**/*.test.ts'], { seconds: 15, sideBySide: true }),
      project('contract', ['test/contract/**/*.test.ts'], { seconds: 120 }),
      project('integration', ['test/integration/**/*.test.ts'], { seconds: 60 }),
      project('e2e', ['test/e2e/**/*.test.ts'], { seconds: 300 }),
    ],
  },
})
