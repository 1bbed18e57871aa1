// Copies the figures in README.md from docs/benchmarks.md, so that the two never differ.
const [BEGIN, END] = ['<!-- figures: written by npm run bench -->', '<!-- /figures -->']

/** Replaces the table of figures in README.md with the table in the section "summary" of docs/benchmarks.md. */
export function replaceFigures(readme, benchmarks) {
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`README.md must contain "${BEGIN}" and "${END}".`)
  return `${before}${BEGIN}\n${readSummary(benchmarks)}\n${END}${after}`
}

function readSummary(benchmarks) {
  const [, section] = benchmarks.match(/<!-- summary -->(.*)<!-- \/summary -->/s) ?? []
  const rows = section?.split('\n').filter((line) => line.startsWith('|')) ?? []
  if (rows.length < 3) throw new Error('docs/benchmarks.md must have a table in its section "summary".')
  return rows.join('\n')
}
