import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('every copy of a Lua script, here and in the clients, is that of lua/', () => {
  const written = execFileSync(process.execPath, ['scripts/embed-lua.mjs', '--print'], { encoding: 'utf8' })
  for (const [path, text] of Object.entries(JSON.parse(written)))
    expect(readFileSync(path, 'utf8')).toBe(text)
})
