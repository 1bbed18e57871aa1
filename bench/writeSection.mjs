import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const file = resolve(import.meta.dirname, '../docs/benchmarks.md')
const head = `# Benchmarks

Written by \`npm run bench\`, \`npm run bench:redis\` and \`npm run bench:rebuild\`; do not edit.
`

/**
 * Replaces one section of docs/benchmarks.md and keeps the sections of other benchmarks.
 *
 * @returns the whole page
 */
export function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const section = `${begin}\n${text.trim()}\n${end}\n`
  const before = existsSync(file) ? readFileSync(file, 'utf8') : head
  const start = before.indexOf(begin)
  const stop = before.indexOf(`${end}\n`)
  const after =
    start < 0 || stop < start
      ? `${before.trimEnd()}\n\n${section}`
      : before.slice(0, start) + section + before.slice(stop + end.length + 1)
  writeFileSync(file, after)
  return after
}
