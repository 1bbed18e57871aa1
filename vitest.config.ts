import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const minutes = 60_000

/** The files of test/next that build or start a site. */
const nextSites = 'test/next/{caches,clocks,rebuild,redis,site,types}.test.ts'

/** Runs with the tests of Next, because it serves the same build. */
const newsroom = 'test/interop/newsroom.test.ts'

/** Packs and installs the library once. */
const installation = 'test/support/installation.ts'

/** Folders whose tests need no connections, processes or state of Next. Their files share processes. */
const pure = ['core', 'memory', 'messages', 'react', 'testing']

/** Folders whose tests start servers and processes, and stop them. Their files share processes, but not with `pure` ones. */
const withServers = ['cli', 'redis', 'soak', 'worker']

interface SiteProject {
  readonly include: string[]
  readonly exclude?: string[]
  readonly globalSetup?: string[]
  readonly hookTimeout?: number
  /** Number of retries. `npm test` lists the tests that passed only when they were retried. */
  readonly retry?: number
  readonly isolate?: boolean
}

const inSites: Record<string, SiteProject> = {
  next: { include: [nextSites, newsroom], globalSetup: [installation] },
  interop: { include: ['test/interop/*.test.ts'], exclude: [newsroom] },
  compaction: { include: ['test/e2e/compaction/*.test.ts'], globalSetup: [installation], retry: 1 },
  // One browser for all files.
  e2e: {
    include: ['test/e2e/*.test.ts'],
    globalSetup: ['test/support/demoSite.ts'],
    retry: 1,
    isolate: false,
  },
  // Not a step of `npm test`: `npm run test:matrix` runs site.test.ts and caches.test.ts for each version of Next.
  matrix: { include: ['test/matrix/*.test.ts'], hookTimeout: 20 * minutes },
}

export default defineConfig({
  resolve: {
    alias: [
      // Tests import the sources of the library, not an old build.
      {
        find: /^react-cache-content\/(?!package\.json)(.+)$/,
        replacement: fileURLToPath(new URL('lib/entries/$1.ts', import.meta.url)),
      },
      {
        find: '#loadDocumentRenderer',
        replacement: fileURLToPath(new URL('lib/next/internals/loadDocumentRenderer.ts', import.meta.url)),
      },
      {
        find: '#routerLinks',
        replacement: fileURLToPath(new URL('lib/next/internals/routerLinks.ts', import.meta.url)),
      },
    ],
  },
  test: {
    setupFiles: [fileURLToPath(new URL('test/support/propertySeed.ts', import.meta.url))],
    // Long enough for a busy machine. They end only tests that hang.
    testTimeout: minutes,
    hookTimeout: minutes,
    // Three files at a time also on two cores, because many tests wait for servers.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`test/{${pure}}/**/*.test.{ts,tsx}`],
          exclude: ['test/**/*.dom.test.tsx'],
          isolate: false,
        },
      },
      // Without leases, and without a promise where the store needs none.
      {
        extends: true,
        test: {
          name: 'unit-local',
          include: ['test/core/serve/*.test.ts'],
          env: { TEST_STORE: 'local' },
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-servers',
          include: [`test/{${withServers}}/**/*.test.ts`],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-isolated',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [
            'test/**/*.dom.test.tsx',
            `test/{${[...pure, ...withServers, 'rsc', 'interop', 'e2e', 'matrix']}}/**`,
            nextSites,
          ],
        },
      },
      // React as it is in server components.
      {
        extends: true,
        ssr: { resolve: { conditions: ['react-server'], externalConditions: ['react-server'] } },
        test: { name: 'rsc', include: ['test/rsc/*.test.tsx'], execArgv: ['--conditions=react-server'] },
      },
      {
        extends: true,
        test: { name: 'dom', include: ['test/**/*.dom.test.tsx'], environment: 'happy-dom' },
      },
      // One file at a time, because these start servers and browsers.
      ...Object.entries(inSites).map(
        ([
          name,
          { include, exclude = [], globalSetup = [], hookTimeout = 10 * minutes, retry = 0, isolate = true },
        ]) => ({
          extends: true as const,
          test: {
            name,
            include,
            exclude,
            globalSetup,
            fileParallelism: false,
            testTimeout: 2 * minutes,
            hookTimeout,
            retry,
            isolate,
          },
        }),
      ),
    ],
  },
})
