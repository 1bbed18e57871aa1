import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisServer, startRedis } from '../../../support/redisServer.ts'
import { startProxy } from '../../../support/tcpProxy.ts'
import { type DjangoProject, startDjango } from '../djangoProject.ts'
import { block, errorOf, type Newsdesk } from '../newsdesk.ts'

/** Django with a Redis that is down, full, silent, or holds foreign keys. */
export function failures(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('without Redis', () => {
    let separateServer: RedisServer
    let offline: DjangoProject
    beforeAll(async () => {
      separateServer = await startRedis()
      offline = await startDjango({ redisUrl: separateServer.url })
      await separateServer.kill()
    })
    afterAll(async () => {
      await offline?.stop()
      await separateServer?.stop()
    })

    it('templates render without Redis', async () => {
      const template = block('outer', `{% register_content "a:1" %}${block('inner', '{{ n }}')}`)
      for (const n of [1, 2, 3]) {
        expect(await offline.call('renderString', { template, context: { n } })).toBe(String(n))
      }
      expect(await offline.call('contentGet', { key: 'k' })).toBe(null)
      expect(await offline.call('contentSet', { key: 'k', value: 1 })).toBe(false)
      const logs: string[] = await offline.call('takeLogs')
      expect(logs.filter((line) => line.includes('cannot be reached'))).toHaveLength(1)
    })

    it.each(['expireObj', 'refreshObj', 'publish'])(
      '%s raises an error with the object keys when Redis is down',
      async (command) => {
        const failure = await errorOf(offline.call(command, { obj: ['a:1', 'a:2'] }))
        expect(failure).toMatchObject({ type: 'ContentCacheError', keys: ['a:1', 'a:2'] })
        expect(failure?.message).toContain('Check Redis')
        expect(failure?.message).toContain('in 5 attempts')
        expect(failure?.code).toBe(command === 'publish' ? 'CC_PUBLISH_FAILED' : 'CC_EXPIRE_FAILED')
        expect(failure?.message).toContain(`[${failure?.code}, see docs/errors/`)
      },
    )

    it('a save without Redis is kept, raises, and logs all objects of the transaction', async () => {
      await offline.call('takeLogs')
      const failure = await errorOf(offline.call('saveStories', { ids: [1, 2], headline: 'A', apart: true }))
      const keys = ['news/story:1', 'news/story:new', 'news/story:2']
      expect(failure).toMatchObject({ type: 'ContentCacheError', keys: expect.arrayContaining(keys) })
      const line = (await offline.call<string[]>('takeLogs')).find((line) =>
        line.includes('Content was saved'),
      )
      for (const key of keys) expect(line).toContain(key)
      const template = '{{ a.headline }}'
      expect(await offline.call('renderString', { template, context: { a: { $story: 2 } } })).toBe('A')
    })
  })

  describe('an expiry that is retried', () => {
    it('an expiry reaches the new primary when its server has become a replica', async () => {
      const [first, second] = await Promise.all([startRedis(), startRedis()])
      const proxy = await startProxy(first.port)
      const django = await startDjango({ redisUrl: `redis://127.0.0.1:${proxy.port}` })
      try {
        await django.call('expireObj', { obj: 'a:1' })
        await first.client.replicaof('127.0.0.1', second.port)
        proxy.target = second.port
        await django.call('expireObj', { obj: 'a:1' })
        expect(await second.client.get('cc:clock')).toBe('1')
      } finally {
        await django.stop()
        await proxy.close()
        await Promise.all([first.stop(), second.stop()])
      }
    })

    it('an expiry is done when Redis comes back', async () => {
      const server = await startRedis()
      const proxy = await startProxy(server.port)
      const django = await startDjango({ redisUrl: `redis://127.0.0.1:${proxy.port}` })
      try {
        proxy.refuse(true)
        const expiring = django.call('expireObj', { obj: 'a:1' })
        await vi.waitFor(() => expect(proxy.refused).toBeGreaterThan(0), { interval: 2 })
        proxy.refuse(false)
        expect(await expiring).toBe(0)
        expect(await server.client.get('cc:clock')).toBe('1')
      } finally {
        await django.stop()
        await proxy.close()
        await server.stop()
      }
    })
  })

  describe('with a faulty Redis', () => {
    it('templates render and expiries work with a full Redis, and one warning is logged', async () => {
      await render(block('stored', '{% register_content "a:1" %}'))
      await desk.client.config('SET', 'maxmemory', '1')
      try {
        expect(await render(block('a', 'A') + block('b', 'B'))).toBe('AB')
        expect(await desk.call('expireObj', { obj: 'a:1' })).toBe(1)
      } finally {
        await desk.client.config('SET', 'maxmemory', '0')
      }
      expect(await listCaches()).toEqual([])
      const logs: string[] = await desk.call('takeLogs')
      expect(logs.filter((line) => line.includes('refused a command'))).toHaveLength(1)
    })

    it('a block is not stored when a foreign key stands in place of its index', async () => {
      await desk.client.set('obj:a:1', 'mine')
      expect(await render(block('a', '{% register_content "a:1" %}A'))).toBe('A')
      expect(await listCaches()).toEqual([])
      expect((await desk.call<string[]>('takeLogs')).join()).toContain('stands where the index')
    })

    it('a page waits for three timeouts of a silent Redis, not for one per block', async () => {
      const separateServer = await startRedis()
      const waiting = await startDjango({ redisUrl: separateServer.url, contentCache: { TIMEOUT: 0.5 } })
      try {
        separateServer.suspend()
        const template = Array.from({ length: 40 }, (_, index) => block(`b${index}`, '.')).join('')
        const startedAt = performance.now()
        expect(await waiting.call('renderString', { template })).toBe('.'.repeat(40))
        expect(performance.now() - startedAt).toBeLessThan(10_000)
      } finally {
        separateServer.resume()
        await waiting.stop()
        await separateServer.stop()
      }
    })
  })
}
