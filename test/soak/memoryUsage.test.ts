import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('the memory soak says how it is used', () => {
  const args = ['bench/memory/run.mjs', '--help']
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
  expect(printed).toMatch(/^npm run soak:memory:/)
  for (const option of ['store', 'node', 'refreshes', 'hits', 'entries', 'expiries', 'aborts', 'json']) {
    expect(printed).toContain(`--${option}`)
  }
})
