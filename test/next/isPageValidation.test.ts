import 'next/dist/server/node-environment-baseline.js'
import { afterEach, expect, it, vi } from 'vitest'
import { isPageValidation } from '../../lib/next/internals/isPageValidation.ts'
import { type WorkUnitStore, workUnitAsyncStorage } from '../../lib/next/internals/workAsyncStorage.ts'
import { moved, source } from '../support/nextInternals.ts'

afterEach(() => vi.unstubAllEnvs())

const isValidatedIn = (type: string) =>
  workUnitAsyncStorage.run({ type } as WorkUnitStore, () => isPageValidation())

it('next dev validates pages in units of two types', () => {
  vi.stubEnv('__NEXT_DEV_SERVER', '1')
  expect(['validation-client', 'prerender-client'].map(isValidatedIn)).toEqual([true, true])
  expect(['request', 'prerender', 'cache'].map(isValidatedIn)).toEqual([false, false, false])
})

it('a build validates nothing, also in development mode', () => {
  vi.stubEnv('NODE_ENV', 'development')
  expect(isValidatedIn('prerender-client')).toBe(false)
})

it('Next has a unit for validation, and names its development server', () => {
  const unit = 'server/app-render/app-render.js'
  expect(source(unit), moved(unit, 'validation-client')).toContain("type: 'validation-client'")
  const server = 'cli/next-dev.js'
  expect(source(server), moved(server, '__NEXT_DEV_SERVER')).toContain("__NEXT_DEV_SERVER: '1'")
})
