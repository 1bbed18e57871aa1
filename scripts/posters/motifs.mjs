// Each motif draws an image of 100 by 150 units as SVG. The title of the film covers the lower third of it.

const repeat = (n, draw) => Array.from({ length: n }, (_, i) => draw(i)).join('')
const round = (n) => Math.round(n * 10) / 10
const pickBetween = (random, low, high) => round(low + random() * (high - low))

const circle = (cx, cy, r, fill, opacity = 1) =>
  `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${fill}" opacity="${opacity}"/>`
const path = (d, fill, attributes = '') => `<path d="${d}" fill="${fill}" ${attributes}/>`
const rect = (x, y, width, height, fill, opacity = 1) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" opacity="${opacity}"/>`

/** Two overlapping discs, for two people. */
function encounter({ ink, light }, random) {
  const y = pickBetween(random, 45, 70)
  const r = pickBetween(random, 20, 30)
  return (
    circle(pickBetween(random, 28, 40), y, r, ink) +
    circle(pickBetween(random, 58, 72), y + pickBetween(random, -14, 14), r - 4, light, 0.85)
  )
}

function stripes({ ink, light }, random) {
  const at = pickBetween(random, 8, 30)
  return (
    path(
      repeat(5, (i) => `M${at + i * 19} -10 l-70 180 h${7 - i} l70 -180z`),
      ink,
    ) + circle(pickBetween(random, 55, 80), pickBetween(random, 25, 50), pickBetween(random, 10, 16), light)
  )
}

function mountains({ ink, light }, random) {
  const peak = pickBetween(random, 30, 70)
  return (
    circle(pickBetween(random, 25, 75), pickBetween(random, 28, 45), pickBetween(random, 10, 17), light) +
    path(`M-20 150 L${peak - 34} 74 L${peak - 8} 112 L${peak + 16} 52 L130 150z`, ink)
  )
}

const confetti = ({ ink, light }, random) =>
  repeat(14, (i) =>
    circle(
      pickBetween(random, 4, 96),
      pickBetween(random, 6, 104),
      pickBetween(random, 2, 11),
      i % 3 ? ink : light,
    ),
  )

function spiral({ ink, light }, random) {
  const x = pickBetween(random, 38, 62)
  return repeat(5, (i) => circle(x + i * 2, 60, 54 - i * 10, i % 2 ? light : ink, i % 2 ? 0.8 : 1))
}

const claws = ({ ink, light }, random) =>
  circle(pickBetween(random, 30, 70), 46, pickBetween(random, 18, 26), light) +
  path(
    repeat(
      4,
      (i) =>
        `M${14 + i * 20} -5 q${pickBetween(random, -6, 12)} 70 ${pickBetween(random, 0, 12)} 122 q-14 -60 -19 -122z`,
    ),
    ink,
  )

function hearts({ ink, light }, random) {
  const heart = (x, y, size) =>
    `M${x} ${y} c${-size} ${-size} ${-size * 1.6} ${size * 0.5} 0 ${size * 1.5} c${size * 1.6} ${-size} ${size} ${-size * 2.5} 0 ${-size * 1.5}z`
  return (
    path(heart(pickBetween(random, 34, 44), pickBetween(random, 40, 56), 26), ink) +
    path(heart(pickBetween(random, 60, 70), pickBetween(random, 62, 74), 17), light)
  )
}

const equalizer = ({ ink, light }, random) =>
  repeat(9, (i) => {
    const height = pickBetween(random, 14, 92)
    return rect(6 + i * 10, round(108 - height), 6, height, i % 4 === 2 ? light : ink)
  })

function grid({ ink, light }, random) {
  const markedIndex = Math.floor(random() * 30)
  return repeat(30, (i) => {
    const [x, y] = [14 + (i % 5) * 18, 14 + Math.floor(i / 5) * 18]
    return i === markedIndex ? circle(x, y, 8, light) : circle(x, y, pickBetween(random, 1.5, 6), ink)
  })
}

function sunset({ ink, light }, random) {
  const horizon = pickBetween(random, 78, 92)
  return (
    circle(pickBetween(random, 35, 65), horizon - 8, pickBetween(random, 22, 32), light) +
    path(
      repeat(5, (i) => `M0 ${horizon + i * i * 3} h100 v${3 + i * 2} h-100z`),
      ink,
    )
  )
}

function quarters({ ink, light }, random) {
  const turn = Math.floor(random() * 4)
  return repeat(4, (i) => {
    const [x, y] = [6 + (i % 2) * 46, 14 + Math.floor(i / 2) * 46]
    const transform = `translate(${x} ${y}) rotate(${((i + turn) % 4) * 90} 22 22)`
    return path('M0 0 h44 a44 44 0 0 1 -44 44z', i === turn ? light : ink, `transform="${transform}"`)
  })
}

const beams = ({ ink, light }, random) =>
  path(
    repeat(4, (i) => `M${10 + i * 27} 0 l${pickBetween(random, -46, 10)} 150 h26z`),
    ink,
    'opacity=".8"',
  ) + circle(pickBetween(random, 40, 60), 92, 16, light)

function filmStrip({ ink, light }, random) {
  const turn = pickBetween(random, -24, 24)
  const pictures = repeat(7, (i) => rect(34, -30 + i * 30, 32, 22, light, pickBetween(random, 0.35, 0.9)))
  return `<g transform="rotate(${turn} 50 60)">${rect(26, -40, 48, 220, ink)}${pictures}</g>`
}

const MOTIFS = {
  Action: [stripes, beams],
  Adventure: [mountains, sunset],
  'Black Comedy': [quarters, encounter],
  Comedy: [confetti, quarters],
  'Concert/Performance': [beams, equalizer],
  Documentary: [grid, filmStrip],
  Drama: [encounter, beams, quarters],
  Horror: [claws, spiral, beams],
  Musical: [equalizer, confetti],
  'Romantic Comedy': [hearts, encounter],
  'Thriller/Suspense': [spiral, stripes, grid],
  Western: [sunset, mountains],
}
const ANY = [filmStrip, grid, quarters]

/** Returns the motifs of a genre. The posters of a genre take turns with them. */
export const getMotifs = (genre) => MOTIFS[genre] ?? ANY

export const genres = Object.keys(MOTIFS)
