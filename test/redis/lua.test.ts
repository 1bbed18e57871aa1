import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('every embedded or copied Lua script is current', () => {
  const written = execFileSync(process.execPath, ['scripts/embed-lua.mjs', '--print'], { encoding: 'utf8' })
  for (const [path, text] of Object.entries(JSON.parse(written)))
    expect(readFileSync(path, 'utf8')).toBe(text)
})
