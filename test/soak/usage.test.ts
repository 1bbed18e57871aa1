import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('the soak says how it is used', () => {
  const args = ['bench/soak/run.mjs', '--help']
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
  expect(printed).toMatch(/^npm run soak:/)
  for (const option of ['minutes', 'mode', 'edits', 'json', 'write', 'sabotage']) {
    expect(printed).toContain(`--${option}`)
  }
})
