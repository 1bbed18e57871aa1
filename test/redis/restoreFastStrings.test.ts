import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import swc from 'next/dist/build/swc/index.js'
import { build } from 'vite'
import { afterAll, expect, it } from 'vitest'

// Where its program finds ioredis.
const folder = mkdtempSync(join(import.meta.dirname, '../../node_modules/.strings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Creates a client in a process of its own. @returns whether the methods of strings are fast, at three moments */
async function readStates(isMinified: boolean): Promise<unknown> {
  await build({
    root: folder,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, '../../lib/redis/connection/redisClient.ts'),
      outDir: folder,
      emptyOutDir: false,
      minify: false,
    },
  })
  const client = join(folder, 'redisClient.js')
  if (isMinified) {
    await swc.loadBindings()
    const options = { module: true, compress: true, mangle: true }
    writeFileSync(client, (await swc.minify(readFileSync(client, 'utf8'), options)).code)
  }
  const program = join(folder, 'program.mjs')
  writeFileSync(
    program,
    `const areFast = () => %HasFastProperties(String.prototype)
const states = [areFast()]
await import('ioredis')
states.push(areFast())
const { createRedisClient } = await import('./redisClient.js')
createRedisClient('redis://localhost:1', 250).redis.disconnect()
states.push(areFast())
console.log(JSON.stringify(states))`,
  )
  return JSON.parse(execFileSync(process.execPath, ['--allow-natives-syntax', program], { encoding: 'utf8' }))
}

it.each([
  ['as it is', false],
  ['minified by Next', true],
] as const)(
  'a Redis client makes strings fast again, which ioredis has made slow: %s',
  async (_, isMinified) => {
    expect(await readStates(isMinified)).toEqual([true, false, true])
  },
)
