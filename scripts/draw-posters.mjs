/**
 * Draws the posters of the demo into public/posters: six for each genre, and six for films without one. The files are
 * in the repository, so that the demo needs no image program. Run it after a change of scripts/posters/.
 *
 *   node scripts/draw-posters.mjs
 */
import { mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { slugify } from '../app/_data/slug.mjs'
import { createPalette } from './posters/createPalette.mjs'
import { createRandom } from './posters/createRandom.mjs'
import { genres, getMotifs } from './posters/motifs.mjs'

/** `pickPoster` of the demo has the same number. */
const POSTERS_PER_GENRE = 6
const WIDTH = 480

// Next installs sharp for its image optimizer.
const sharp = createRequire(import.meta.resolve('next/package.json'))('sharp')
const folder = resolve(import.meta.dirname, '../public/posters')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const genre of [...genres, null]) {
  for (let number = 1; number <= POSTERS_PER_GENRE; number++) {
    const name = `${genre === null ? 'film' : slugify(genre)}-${number}`
    const file = resolve(folder, `${name}.webp`)
    await sharp(Buffer.from(drawPoster(genre, number, name)))
      .webp({ quality: 70, effort: 6 })
      .toFile(file)
  }
}

function drawPoster(genre, number, name) {
  const random = createRandom(name)
  const palette = createPalette(genre, random)
  const motifs = getMotifs(genre)
  const motif = motifs[(number - 1) % motifs.length](palette, random)
  const size = `width="${WIDTH}" height="${WIDTH * 1.5}" viewBox="0 0 100 150"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>
    <rect width="100" height="150" fill="${palette.paper}"/>${motif}</svg>`
}
