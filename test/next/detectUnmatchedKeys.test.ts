import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createContentCache } from '../../lib/next/createContentCache.ts'
import { rememberKeys } from '../../lib/next/detectUnmatchedKeys.ts'
import { commitEntry } from '../support/commitEntry.ts'

// Each test has keys of its own, because the warning about a key appears once per process.

let warnings: string[]

beforeEach(() => {
  warnings = []
  vi.stubEnv('NODE_ENV', 'development')
  vi.spyOn(console, 'warn').mockImplementation((text) => void warnings.push(String(text)))
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const newCache = () => {
  const store = memoryStore({ name: false })
  return { store, ...createContentCache({ store }) }
}

it('a warning names the nearest registered keys when an expired key matches none', async () => {
  rememberKeys(['product:gid://5', 'product:gid://6', 'product:7', 'basket:1'])
  const { expireObj } = newCache()
  expect(await expireObj('product:5')).toMatchObject({ expired: 0 })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(
    /^expireObj: no cached fragment shows "product:5".* "product:gid:\/\/5", "product:/,
  )
  expect(warnings[0]).not.toContain('basket')
})

it('a warning names each unmatched key of a list, also for a refresh', async () => {
  rememberKeys(['story:1'])
  const { store, refreshObj } = newCache()
  await commitEntry(store, 'fragment', { dependencies: ['story:shown'] })
  expect(await refreshObj(['story:shown', 'stroy:1'])).toMatchObject({ refreshed: 1 })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('refreshObj: no cached fragment shows "stroy:1"')
  expect(warnings[0]).toContain('"story:1"')
})

it('a warning appears once for a key', async () => {
  rememberKeys(['news/story:1'])
  const { expireObj } = newCache()
  for (let time = 0; time < 3; time++) await expireObj('news/story:new')
  expect(warnings).toHaveLength(1)
})

it('no warning appears for a key that was registered before', async () => {
  rememberKeys(['page:about'])
  const { expireObj } = newCache()
  await expireObj('page:about')
  expect(warnings).toEqual([])
})

it('no warning appears for a collection key that publishContent derives', async () => {
  rememberKeys(['author:1'])
  const { publishContent } = newCache()
  await publishContent('author:1', { action: 'publish' })
  expect(warnings).toEqual([])
})

it('no warning appears in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  rememberKeys(['topic:1'])
  await newCache().expireObj('topic:one')
  expect(warnings).toEqual([])
})

it('no warning appears when the lookup fails, and the expiry succeeds', async () => {
  rememberKeys(['place:1'])
  const store = memoryStore({ name: false })
  const getDependents = async () => Promise.reject(new Error('down'))
  const { expireObj } = createContentCache({ store: { ...store, getDependents } })
  expect(await expireObj('place:one')).toMatchObject({ expired: 0 })
  expect(warnings).toEqual([])
})

it('a warning is one line that is safe for a terminal, whatever the key holds', async () => {
  rememberKeys(['tag:\u202egnp.exe\u009b31m\u2028'])
  await newCache().expireObj(`tag:\u202e\u200f${'x'.repeat(500)}`)
  expect(warnings[0]).toMatch(/^[\x20-\x7e…]+$/)
  expect(warnings[0]?.length).toBeLessThan(600)
})
