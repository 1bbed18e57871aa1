import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { redisForFile } from '../support/redisStores.ts'
import { startProxy } from '../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

describe('a script that does not close its store', () => {
  it.each([
    ['with an open connection', false],
    ['that reconnects again and again', true],
  ])('a script %s ends when its work is done', async (_, isDown) => {
    const proxy = await startProxy(redis.server.port)
    stops.push(proxy.close)
    const args = ['test/support/expiringScript.mjs', resolve('lib/redis/redisStore.ts'), String(proxy.port)]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    stops.push(() => child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), ended])
    if (isDown) {
      proxy.refuse(true)
      proxy.cut()
      await vi.waitFor(() => expect(proxy.refused).toBeGreaterThan(2), { timeout: 30_000 })
    }
    child.stdin.end()
    expect(await ended).toEqual([0, null])
  })
})
