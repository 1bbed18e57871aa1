// Copies the figures in README.md from docs/benchmarks.md, so that the two never differ.
import { shapes } from './shapes.mjs'
import { formatTable } from './tables.mjs'

const [BEGIN, END] = ['<!-- figures: written by npm run bench -->', '<!-- /figures -->']
/** The shapes in README.md: two of plain markup, a table, and one with the most work for React. */
const shownShapes = ['20x30', '1x1000', 'table', '20x30-item']

/** Replaces the table of figures in README.md with the figures of docs/benchmarks.md. */
export function replaceFigures(readme, benchmarks) {
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`README.md must contain "${BEGIN}" and "${END}".`)
  return `${before}${BEGIN}\n${formatFiguresTable(benchmarks)}\n${END}${after}`
}

function formatFiguresTable(benchmarks) {
  const header = [
    'pages per second',
    'no cache',
    "`'use cache: remote'`",
    'prerendered',
    'this library, hits',
    "against `'use cache: remote'`",
    "KiB, against `'use cache'`",
  ]
  const rows = shownShapes.map((name) => {
    const cells = readShapeTable(benchmarks, name)
    const hits = cells('this library, hits')
    return [
      shapes.find((shape) => shape.name === name).title,
      cells('no cache')('pages/s'),
      cells("`'use cache: remote'`")('pages/s'),
      cells('prerendered page')('pages/s'),
      hits('pages/s'),
      hits("against `'use cache: remote'`"),
      `${hits('KiB')} to ${cells("`'use cache'`")('KiB')}`,
    ]
  })
  return formatTable(header, rows)
}

/** @returns the cell of a mode and a column in the table of a shape */
function readShapeTable(benchmarks, name) {
  const [, section] = benchmarks.split(`### ${name}: `)
  if (section === undefined) throw new Error(`docs/benchmarks.md has no table of ${name}.`)
  const [header, , ...rows] = section
    .split('\n\n')[1]
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  return (mode) => (column) => rows.find(([title]) => title === mode)[header.indexOf(column)]
}
