// Writes the constants of protocol.json for TypeScript, Python and Ruby, and their table in docs/protocol.md.
// embed-lua.mjs writes the constants for Lua.
//   node scripts/generate-protocol.mjs --print     prints the files and writes none
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeGenerated } from './writeGenerated.mjs'

const root = resolve(import.meta.dirname, '..')
const { sections } = JSON.parse(readFileSync(resolve(root, 'protocol.json'), 'utf8'))

const NOTICE = 'Written by scripts/generate-protocol.mjs from protocol.json; do not edit.'
const SUBJECT = 'Constants that all programs on one Redis share, in every language.'
const MAX_LINE = 100

const DOCS = 'docs/protocol.md'
const DOCS_PART = /(<!-- Constants: [^\n]* -->\n)[\s\S]*?(<!-- End of the constants -->)/

writeGenerated(
  new Map([
    ['lib/core/protocol.gen.ts', toTypeScript('core')],
    ['lib/redis/protocol.gen.ts', toTypeScript('redis')],
    ['clients/django/react_cache_content/protocol_gen.py', toPython()],
    ['clients/rails/lib/react_cache_content/protocol_gen.rb', toRuby()],
    [
      DOCS,
      readFileSync(resolve(root, DOCS), 'utf8').replace(
        DOCS_PART,
        (_, start, end) => start + toTable() + end,
      ),
    ],
  ]),
)

/** @param layer core or redis. Each has its own file, because core must not import from redis */
function toTypeScript(layer) {
  const constants = sections
    .filter((section) => section.layer === layer)
    .flatMap((section) => section.constants)
  const declarations = constants.map(({ name, value, about }) => {
    const suffix = typeof value === 'object' ? ' as const' : ''
    return `/** ${about} */\nexport const ${name} = ${formatTypeScript(value)}${suffix}\n`
  })
  return `// ${NOTICE}\n// ${SUBJECT}\n\n${declarations.join('')}`
}

function toPython() {
  const declarations = sections.map(({ title, constants }) => {
    const lines = constants.map(
      ({ name, value, about }) => `${wrapLines('#: ', about)}\n${name} = ${formatPython(value)}\n`,
    )
    return `\n# ${title}\n\n${lines.join('')}`
  })
  return `# ${NOTICE}\n"""${SUBJECT}"""\n${declarations.join('')}`
}

function toRuby() {
  const declarations = sections.map(({ title, constants }) => {
    const lines = constants.map(
      ({ name, value, about }) => `${wrapLines('    # ', about)}\n    ${name} = ${formatRuby(value)}\n`,
    )
    return `\n    ## ${title}\n\n${lines.join('')}`
  })
  return [
    '# frozen_string_literal: true',
    '',
    `# ${NOTICE}`,
    '',
    'module ReactCacheContent',
    `  # ${SUBJECT}`,
    `  module Protocol${declarations.join('')}  end`,
    'end',
    '',
  ].join('\n')
}

function toTable() {
  const rows = sections.flatMap(({ constants }) =>
    constants.map(({ name, value, about }) => `| \`${name}\` | ${formatCell(value)} | ${about} |\n`),
  )
  return `\n| constant | value | |\n|---|---|---|\n${rows.join('')}\n`
}

function formatTypeScript(value) {
  if (Array.isArray(value)) return `[${value.map(formatTypeScript).join(', ')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([name, item]) => `  ${name}: ${formatTypeScript(item)},\n`)
    return `{\n${entries.join('')}}`
  }
  return typeof value === 'string' ? `'${value}'` : formatNumber(value)
}

function formatPython(value) {
  if (Array.isArray(value)) return `(${value.map(formatPython).join(', ')}${value.length === 1 ? ',' : ''})`
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([name, item]) => `    "${toSnakeCase(name)}": ${formatPython(item)},\n`,
    )
    return `{\n${entries.join('')}}`
  }
  return typeof value === 'string' ? JSON.stringify(value) : formatNumber(value)
}

function formatRuby(value) {
  if (Array.isArray(value)) return `[${value.map(formatRuby).join(', ')}].freeze`
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([name, item]) => `      ${toSnakeCase(name)}: ${formatRuby(item)},\n`,
    )
    return `{\n${entries.join('').replace(/,\n$/, '\n')}    }.freeze`
  }
  return typeof value === 'string' ? JSON.stringify(value) : formatNumber(value)
}

function formatCell(value) {
  if (typeof value === 'object') return Object.values(value).map(formatCell).join(', ')
  return `\`${value}\``
}

/** Separates groups of three digits with underscores. */
function formatNumber(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, '_')
}

function toSnakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Breaks a text into lines that begin with the prefix. */
function wrapLines(prefix, text) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== '' && prefix.length + line.length + word.length >= MAX_LINE) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => prefix + line).join('\n')
}
