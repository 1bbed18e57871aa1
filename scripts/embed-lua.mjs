// Writes lib/redis/lua.gen.ts from lib/redis/lua/*.lua: a bundled package cannot read files at run time.
//   node scripts/embed-lua.mjs --print     to stdout instead
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../lib/redis/lua')

const scripts = readdirSync(folder)
  .filter((file) => file.endsWith('.lua'))
  .sort()
  .map((file) => {
    const source = readFileSync(resolve(folder, file), 'utf8').trimEnd()
    const escaped = source.replace(/[\\`]|\$\{/g, '\\$&')
    return `export const ${basename(file, '.lua')} = \`\n${escaped}\n\`\n`
  })
const text = `// Written by scripts/embed-lua.mjs from lua/*.lua; do not edit.\n\n${scripts.join('\n')}`

if (process.argv.includes('--print')) process.stdout.write(text)
else writeFileSync(resolve(folder, '../lua.gen.ts'), text)
