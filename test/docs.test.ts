import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { listFiles } from './support/listFiles.ts'

const read = (path: string) => readFileSync(path, 'utf8')

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...listFiles('docs', /\.md$/),
  ...listFiles('clients', /^README\.md$/),
]

/** Returns the targets of links and images, relative to the root. Skips other sites. */
function findLinks(page: string): { path: string; anchor: string }[] {
  const text = read(page).replace(/^```[\s\S]*?^```$/gm, '')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#')
      return { path: path === '' ? page : posix.join(posix.dirname(page), path), anchor }
    })
}

/** Returns the anchors that GitHub gives to headings, and the anchors that a page declares. */
function findAnchors(page: string): Set<string> {
  const text = read(page).replace(/^```[\s\S]*?^```$/gm, '')
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
  const seen = new Map<string, number>()
  const anchors = headings.map((slug) => {
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  return new Set([...anchors, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)])
}

describe('the documentation', () => {
  it.each(pages)('every link has a target: %s', (page) => {
    const broken = findLinks(page).filter(
      ({ path, anchor }) =>
        !existsSync(path) || (anchor !== '' && path.endsWith('.md') && !findAnchors(path).has(anchor)),
    )
    expect(broken).toEqual([])
  })

  it('the index of docs/ lists every page, one line each', () => {
    const lines = read('docs/README.md').split('\n')
    const listed = readdirSync('docs', { withFileTypes: true })
      .filter(({ name }) => name !== 'README.md' && name !== 'images')
      .map(({ name }) => name)
    for (const name of listed)
      expect(lines.filter((line) => line.startsWith(`- [`) && line.includes(`](${name})`)).length, name).toBe(
        1,
      )
  })

  /** npm adds these to `files`. */
  const alwaysShipped = ['README.md', 'LICENSE', 'package.json']
  const shipped = [...packageJson.files, ...alwaysShipped].map(
    (entry) => new RegExp(`^${entry.replaceAll('.', '\\.').replace('*', '[^/]*')}(/|$)`),
  )
  const isShipped = (path: string) => shipped.some((entry) => entry.test(path))

  it.each(pages.filter(isShipped))('the package ships every file to which it links: %s', (page) => {
    const linked = findLinks(page).map(({ path }) => path)
    expect(linked.filter((path) => !isShipped(path))).toEqual([])
  })

  it.each(pages.filter((page) => page.startsWith('clients/')))(
    "a client's package holds every file to which its README links: %s",
    (page) => {
      const linked = findLinks(page).map(({ path }) => path)
      expect(linked.filter((path) => !path.startsWith(posix.dirname(page)))).toEqual([])
    },
  )
})

// The API reference comes from the docstrings, whose words test/prose.test.ts checks.
const prosePages = pages.filter((page) => !/^docs\/(errors|api)\//.test(page))

describe.each(prosePages)('the prose of %s', (page) => {
  it('a page has none of the words that CONTRIBUTING.md leaves out', () => {
    const prose = read(page)
      .replace(/^```[\s\S]*?^```$|^ {4}.*$/gm, '')
      .replace(/`[^`]*`|"[^"]*"/g, '')
    const words =
      /\b(anew|once more|of late|meanwhile|nobody|somebody|whoever|save that|is told|are told|hears? of|he|his|him)\b/gi
    expect(prose.match(words) ?? []).toEqual([])
  })
})

describe('CONTRIBUTING.md', () => {
  it('CONTRIBUTING.md names commands that package.json has', () => {
    const named = [...read('CONTRIBUTING.md').matchAll(/`npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([])
  })
})

describe('docs/operations.md', () => {
  const text = read('docs/operations.md')

  it('docs/operations.md lists every event', () => {
    const union = /export type CacheEvent =([\s\S]*?)\n\nexport /.exec(read('lib/core/events.ts'))?.[1] ?? ''
    const types = [...union.matchAll(/type: '([\w-]+)'/g)].map(([, type = '']) => type)
    expect(types.length).toBeGreaterThan(10)
    expect(types.filter((type) => !text.includes(`\`${type}\``))).toEqual([])
  })

  it('docs/operations.md lists every environment variable', () => {
    const code = listFiles('lib', /\.ts$/).map(read).join('\n')
    const variables = new Set([...code.matchAll(/'(CONTENT_CACHE_[A-Z_]+)'/g)].map(([, name = '']) => name))
    expect(variables.size).toBeGreaterThan(5)
    expect([...variables].filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md')

  it('docs/architecture.md names files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:lib|test)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter((path) => !existsSync(path))).toEqual([])
  })

  it('the glossary names identifiers that exist in the code', () => {
    const code = listFiles('lib', /\.(tsx?|lua)$/)
      .map(read)
      .join('\n')
    const glossary = text.slice(text.indexOf('## Glossary'))
    const named = [...glossary.matchAll(/^\| [^|]+ \| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Za-z]+)(?:\.([A-Za-z]+))?`/g)].flatMap(([, ...names]) => names.filter(Boolean)),
    )
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
  })
})
