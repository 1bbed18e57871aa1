import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { SUPPORTED_NEXT } from '../lib/next/nextHost.ts'
import packageJson from '../package.json' with { type: 'json' }

// npm decides with this function whether a version of Next may be installed with the package.
const { satisfies } = createRequire(import.meta.url)('semver') as {
  satisfies(version: string, range: string, loose?: boolean): boolean
}
const range = packageJson.peerDependencies.next

it.each([
  '16.1.0',
  '16.4.6',
  '17.0.0',
  '16.1.1-canary.5',
  '16.2.0-canary.1',
  '16.3.0-preview.2',
  '16.5.0-canary.38',
  '17.0.0-canary.0',
])('the peer range accepts Next %s', (version) => {
  expect(satisfies(version, range, true)).toBe(true)
})

it.each(['15.5.0', '16.0.0', '16.0.11', '16.0.2-canary.3', '16.1.0-canary.3'])(
  'the peer range refuses Next %s',
  (version) => {
    expect(satisfies(version, range, true)).toBe(false)
  },
)

it('the peer range is the range in the error CC_NEXT_MOVED', () => {
  expect(range.split(' || ')[0]).toBe(SUPPORTED_NEXT)
})

it('the version of Next in the tests is within the range', () => {
  const { version } = createRequire(import.meta.url)('next/package.json') as { version: string }
  expect(satisfies(version, range, true)).toBe(true)
})
