import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GENRES } from '../../app/_data/vocabulary.ts'
import { pickPoster } from '../../app/_poster/pickPoster.ts'

const FOLDER = 'public/posters'
const files = readdirSync(FOLDER).map((name) => `/posters/${name}`)
const slugs = Array.from({ length: 200 }, (_, index) => `film-${index}`)

describe('the posters of the demo', () => {
  it('each poster is a file, and each file is a poster of a film', () => {
    const picked = [...GENRES, null].flatMap((genre) => slugs.map((slug) => pickPoster({ genre, slug })))
    expect([...new Set(picked)].sort()).toEqual(files.sort())
  })

  it('a film keeps its poster until its genre changes', () => {
    const horror = pickPoster({ genre: 'Horror', slug: 'the-birds' })
    expect(pickPoster({ genre: 'Horror', slug: 'the-birds' })).toBe(horror)
    expect(pickPoster({ genre: 'Comedy', slug: 'the-birds' })).toBe(horror.replace('horror', 'comedy'))
  })

  it('all posters together take less than 400 KB, each a WebP of 480 by 720 pixels', () => {
    const bytes = files.map((file) => statSync(`public${file}`).size)
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(400_000)
    for (const file of files) {
      const head = readFileSync(`public${file}`)
      expect(head.toString('latin1', 8, 16)).toBe('WEBPVP8 ')
      expect([head.readUInt16LE(26), head.readUInt16LE(28)], file).toEqual([480, 720])
    }
  })
})
