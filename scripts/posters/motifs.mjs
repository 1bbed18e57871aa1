import type { ReactNode } from 'react'
import type { Palette } from './createPalette'

/** Draws an image of 100 by 150 units. The title covers its lower third. */
export type Motif = (palette: Palette, random: () => number) => ReactNode

const repeat = <T,>(n: number, draw: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => draw(i))
const round = (n: number) => Math.round(n * 10) / 10
const pickBetween = (random: () => number, low: number, high: number) => round(low + random() * (high - low))

/** Two overlapping discs, for two people. */
const encounter: Motif = ({ ink, light }, random) => {
  const y = pickBetween(random, 45, 70)
  const r = pickBetween(random, 20, 30)
  return (
    <>
      <circle cx={pickBetween(random, 28, 40)} cy={y} r={r} fill={ink} />
      <circle
        cx={pickBetween(random, 58, 72)}
        cy={y + pickBetween(random, -14, 14)}
        r={r - 4}
        fill={light}
        opacity=".85"
      />
    </>
  )
}

const stripes: Motif = ({ ink, light }, random) => {
  const at = pickBetween(random, 8, 30)
  const lines = repeat(5, (i) => `M${at + i * 19} -10 l-70 180 h${7 - i} l70 -180z`)
  return (
    <>
      <path d={lines.join('')} fill={ink} />
      <circle
        cx={pickBetween(random, 55, 80)}
        cy={pickBetween(random, 25, 50)}
        r={pickBetween(random, 10, 16)}
        fill={light}
      />
    </>
  )
}

const mountains: Motif = ({ ink, light }, random) => {
  const peak = pickBetween(random, 30, 70)
  return (
    <>
      <circle
        cx={pickBetween(random, 25, 75)}
        cy={pickBetween(random, 28, 45)}
        r={pickBetween(random, 10, 17)}
        fill={light}
      />
      <path d={`M-20 150 L${peak - 34} 74 L${peak - 8} 112 L${peak + 16} 52 L130 150z`} fill={ink} />
    </>
  )
}

const confetti: Motif = ({ ink, light }, random) =>
  repeat(14, (i) => (
    <circle
      key={i}
      cx={pickBetween(random, 4, 96)}
      cy={pickBetween(random, 6, 104)}
      r={pickBetween(random, 2, 11)}
      fill={i % 3 ? ink : light}
    />
  ))

const spiral: Motif = ({ ink, light }, random) => {
  const x = pickBetween(random, 38, 62)
  const rings = repeat(5, (i) => 54 - i * 10)
  return (
    <>
      {rings.map((r, i) => (
        <circle key={r} cx={x + i * 2} cy={60} r={r} fill={i % 2 ? light : ink} opacity={i % 2 ? 0.8 : 1} />
      ))}
    </>
  )
}

const claws: Motif = ({ ink, light }, random) => (
  <>
    <circle cx={pickBetween(random, 30, 70)} cy="46" r={pickBetween(random, 18, 26)} fill={light} />
    <path
      d={repeat(
        4,
        (i) =>
          `M${14 + i * 20} -5 q${pickBetween(random, -6, 12)} 70 ${pickBetween(random, 0, 12)} 122 q-14 -60 -19 -122z`,
      ).join('')}
      fill={ink}
    />
  </>
)

const hearts: Motif = ({ ink, light }, random) => {
  const heart = (x: number, y: number, size: number) =>
    `M${x} ${y} c${-size} ${-size} ${-size * 1.6} ${size * 0.5} 0 ${size * 1.5} c${size * 1.6} ${-size} ${size} ${-size * 2.5} 0 ${-size * 1.5}z`
  return (
    <>
      <path d={heart(pickBetween(random, 34, 44), pickBetween(random, 40, 56), 26)} fill={ink} />
      <path d={heart(pickBetween(random, 60, 70), pickBetween(random, 62, 74), 17)} fill={light} />
    </>
  )
}

const equalizer: Motif = ({ ink, light }, random) =>
  repeat(9, (i) => {
    const height = pickBetween(random, 14, 92)
    return (
      <rect
        key={i}
        x={6 + i * 10}
        y={108 - height}
        width="6"
        height={height}
        fill={i % 4 === 2 ? light : ink}
      />
    )
  })

const grid: Motif = ({ ink, light }, random) => {
  const markedIndex = Math.floor(random() * 30)
  return repeat(30, (i) => (
    <circle
      key={i}
      cx={14 + (i % 5) * 18}
      cy={14 + Math.floor(i / 5) * 18}
      r={i === markedIndex ? 8 : pickBetween(random, 1.5, 6)}
      fill={i === markedIndex ? light : ink}
    />
  ))
}

const sunset: Motif = ({ ink, light }, random) => {
  const horizon = pickBetween(random, 78, 92)
  return (
    <>
      <circle
        cx={pickBetween(random, 35, 65)}
        cy={horizon - 8}
        r={pickBetween(random, 22, 32)}
        fill={light}
      />
      <path d={repeat(5, (i) => `M0 ${horizon + i * i * 3} h100 v${3 + i * 2} h-100z`).join('')} fill={ink} />
    </>
  )
}

const quarters: Motif = ({ ink, light }, random) => {
  const turn = Math.floor(random() * 4)
  return repeat(4, (i) => (
    <path
      key={i}
      d="M0 0 h44 a44 44 0 0 1 -44 44z"
      transform={`translate(${6 + (i % 2) * 46} ${14 + Math.floor(i / 2) * 46}) rotate(${((i + turn) % 4) * 90} 22 22)`}
      fill={i === turn ? light : ink}
    />
  ))
}

const beams: Motif = ({ ink, light }, random) => (
  <>
    <path
      d={repeat(4, (i) => `M${10 + i * 27} 0 l${pickBetween(random, -46, 10)} 150 h26z`).join('')}
      fill={ink}
      opacity=".8"
    />
    <circle cx={pickBetween(random, 40, 60)} cy="92" r="16" fill={light} />
  </>
)

const filmStrip: Motif = ({ ink, light }, random) => (
  <g transform={`rotate(${pickBetween(random, -24, 24)} 50 60)`}>
    <rect x="26" y="-40" width="48" height="220" fill={ink} />
    {repeat(7, (i) => (
      <rect
        key={i}
        x="34"
        y={-30 + i * 30}
        width="32"
        height="22"
        fill={light}
        opacity={pickBetween(random, 0.35, 0.9)}
      />
    ))}
  </g>
)

const MOTIFS: Record<string, readonly [Motif, ...Motif[]]> = {
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
const ANY: readonly [Motif, ...Motif[]] = [filmStrip, grid, quarters]

export function pickMotif(genre: string | null, random: () => number): Motif {
  const motifs = (genre && MOTIFS[genre]) || ANY
  return motifs[Math.floor(random() * motifs.length)] ?? motifs[0]
}
