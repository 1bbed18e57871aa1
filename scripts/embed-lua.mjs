// Writes lib/redis/lua.gen.ts from lib/redis/lua/*.lua: a bundled package cannot read files at run time.
// A line `--@include _part.lua` stands for that file; what begins with `_` is no script of its own.
//   node scripts/embed-lua.mjs --print     to stdout instead
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../lib/redis/lua')

const scripts = readdirSync(folder)
  .filter((file) => file.endsWith('.lua') && !file.startsWith('_'))
  .sort()
  .map((file) => {
    const source = read(file).replace(/^--@include (\S+)$/gm, (_, part) => read(part))
    const escaped = source.replace(/[\\`]|\$\{/g, '\\$&')
    return `export const ${basename(file, '.lua')} = \`\n${escaped}\n\`\n`
  })
const text = `// Written by scripts/embed-lua.mjs from lua/*.lua; do not edit.\n\n${scripts.join('\n')}`

const target = resolve(folder, '../lua.gen.ts')

if (process.argv.includes('--print')) process.stdout.write(text)
// Untouched where nothing has changed: who watches the sources need not build anew.
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text)

function read(file) {
  return readFileSync(resolve(folder, file), 'utf8').trimEnd()
}
