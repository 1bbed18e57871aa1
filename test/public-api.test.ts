import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

async function exportsOf(entry: string) {
  const module: Record<string, unknown> = await import(`../lib/entries/${entry}.ts`)
  return Object.fromEntries(
    Object.keys(module)
      .sort()
      .map((name) => [name, typeof module[name]]),
  )
}

// What users may import, frozen. A change here is a change for them, and so belongs in CHANGELOG.md.
describe('the public API', () => {
  it('the public API has these entries', () => {
    const entries = Object.keys(packageJson.exports).filter((path) => path !== './package.json')
    expect(entries).toEqual(['./next', './memory', './redis', './core', './testing', './worker'])
  })

  it('/next exports these', async () => {
    expect(await exportsOf('next')).toMatchInlineSnapshot(`
      {
        "CacheContent": "function",
        "RegisterContent": "function",
        "createContentCache": "function",
        "expireAfter": "function",
        "expireObj": "function",
        "followExpiries": "function",
        "isContentCacheError": "function",
        "onCacheEvent": "function",
        "publishContent": "function",
        "refreshObj": "function",
        "registerContent": "function",
        "requestMemo": "function",
        "requestReport": "function",
      }
    `)
  })

  it('/memory exports these', async () => {
    expect(await exportsOf('memory')).toMatchInlineSnapshot(`
      {
        "memoryStore": "function",
      }
    `)
  })

  it('/redis exports these', async () => {
    expect(await exportsOf('redis')).toMatchInlineSnapshot(`
      {
        "redisStore": "function",
      }
    `)
  })

  it('/core exports these', async () => {
    expect(await exportsOf('core')).toMatchInlineSnapshot(`
      {
        "createContentClient": "function",
        "expireAfter": "function",
        "expireObj": "function",
        "inspectObj": "function",
        "isContentCacheError": "function",
        "onCacheEvent": "function",
        "publishContent": "function",
        "refreshObj": "function",
      }
    `)
  })

  it('/testing exports these', async () => {
    expect(await exportsOf('testing')).toMatchInlineSnapshot(`
      {
        "createFragmentTester": "function",
        "renderFragment": "function",
      }
    `)
  })
})
