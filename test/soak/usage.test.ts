import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const help = (...args: string[]) =>
  execFileSync(process.execPath, ['bench/soak/run.mjs', ...args, '--help'], {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: 'pipe',
  })

it('the soak takes every option of its help, as the help writes it, and no other', () => {
  const printed = help()
  expect(printed).toMatch(/^npm run soak:/)
  const examples = [...printed.matchAll(/^ {2}npm run soak -- (--\w+)(?: (\w+))? {2}/gm)]
  expect(new Set(examples.map(([, option]) => option))).toEqual(
    new Set(['--minutes', '--mode', '--edits', '--json', '--write', '--sabotage', '--help']),
  )
  const args = examples.flatMap(([, ...parts]) => parts.filter((part) => part !== undefined))
  expect(help(...args)).toBe(printed)
  expect(() => help('--minute', '5')).toThrow("Unknown option '--minute'")
})
