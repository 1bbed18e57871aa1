import 'next/dist/server/node-environment-baseline.js'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { GuardHandlers } from '../../lib/next/internals/guardedUnit.ts'
import type { WorkStore } from '../../lib/next/internals/nextWork.ts'

// Loads Next's own modules without a build or a server.

const require = createRequire(import.meta.url)
export const { version } = require('next/package.json')
export const load = (file: string) => require(`next/dist/${file}`)
export const source = (file: string) => readFileSync(require.resolve(`next/dist/${file}`), 'utf8')
export const moved = (file: string, part: string) =>
  `Next ${version}: next/dist/${file} no longer has ${part}.`

/** Handlers for tests in which the code reads nothing that is guarded. */
export const ignored: GuardHandlers = { requestData() {}, noStore() {}, after() {} }

export function newWorkStore(): WorkStore {
  const { createWorkStore } = load('server/async-storage/work-store.js')
  return createWorkStore({ page: '/page', renderOpts: { experimental: {} }, buildId: 'build' })
}
