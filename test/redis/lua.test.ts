import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the Lua scripts that run are those in lua/', () => {
  const embedded = execFileSync(process.execPath, ['scripts/embed-lua.mjs', '--print'], { encoding: 'utf8' })
  expect(readFileSync('lib/redis/lua.gen.ts', 'utf8')).toBe(embedded)
})
