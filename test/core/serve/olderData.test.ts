import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { DependencyScope } from '../../../lib/core/dependencyScope.ts'
import { fetchToken } from '../../support/commitEntry.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

// A host may have its own cached data, and expire it later than the store expires its fragments.

function* showOldStory() {
  register('story:1')
  yield 'old'
}

describe('a fill with older data of the host', () => {
  async function fillWithOlderData(expired: string) {
    const site = createSite()
    const token = await fetchToken(site.store)
    await site.expire(expired)
    const request = site.request()
    const onScope = (scope: DependencyScope) => scope.limitToken(token)
    const { report } = await request.serve('parent', async function* () {
      yield `<${await request.fragment('child', showOldStory, { onScope })}>`
    })
    await report
    return site
  }

  it('a fill with older data of an expired object is not stored with its parent', async () => {
    const site = await fillWithOlderData('story:1')
    expect(await site.stored('child')).toBeUndefined()
    expect(await site.stored('parent')).toBeUndefined()
    const commits = site.events.flatMap((event) => (event.type === 'commit' ? [event.result] : []))
    expect(commits).toEqual(['fenced', 'fenced'])
  })

  it('a fill with older data is stored when another object was expired', async () => {
    const site = await fillWithOlderData('story:2')
    expect(await site.stored('child')).toBeDefined()
    expect(await site.stored('parent')).toBeDefined()
  })
})

describe('a fill that joins an earlier fill', () => {
  it('every entry around a joined fill is as old as its data', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    async function* showStory() {
      register('story:1')
      await gate.promise
      yield 'story'
    }
    const early = site.request().serve('story', showStory)
    await flushEventLoop()
    site.clock.advance(10)
    const request = site.request()
    const late = request.serve('page', async function* () {
      yield await request.fragment('list', async function* () {
        yield await request.fragment('story', showStory)
      })
    })
    await flushEventLoop()
    gate.resolve()
    await Promise.all([(await early).report, (await late).report])
    const createdAt = (await site.stored('story'))?.createdAt
    expect(createdAt).toBeDefined()
    expect((await site.stored('list'))?.createdAt).toBe(createdAt)
    expect((await site.stored('page'))?.createdAt).toBe(createdAt)
    expect(site.happened()).toContain('join story')
  })
})
