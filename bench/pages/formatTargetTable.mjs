import { builds } from './builds.mjs'
import { formatRatio, formatTable } from './formatTable.mjs'

/** @returns the value, and in brackets the lowest and highest of the rounds */
function formatValue({ value, rounds }, unit) {
  const formatted = unit ? `${value.toFixed(2)} ${unit}` : formatRatio(value)
  if (rounds.length < 2) return formatted
  const [lowest, highest] = [Math.min(...rounds), Math.max(...rounds)]
  return `${formatted} (${lowest.toFixed(2)}–${highest.toFixed(2)})`
}

/** A missed target must not be overlooked. */
const formatVerdict = (verdict = '') => (verdict === 'missed' ? '**missed**' : verdict)

function formatLimit({ atLeast, atMost, unit = '' }) {
  const limit = (sign, value) => `${sign} ${value}${unit ? ` ${unit}` : '×'}`
  if (atLeast !== undefined) return limit('≥', atLeast)
  return atMost === undefined ? '' : limit('≤', atMost)
}

/** Two columns per build: the measured value with its spread, and the verdict. */
export function formatTargetTable(targets) {
  const measuredBuilds = builds.filter(({ name }) =>
    targets.some(({ measured }) => measured[name] !== undefined),
  )
  const rows = targets.map((target) => [
    target.part,
    target.title,
    formatLimit(target),
    ...measuredBuilds.flatMap(({ name }) => {
      const { measured, verdicts, unit } = target
      if (measured[name] === undefined) return ['', '']
      return [formatValue(measured[name], unit), formatVerdict(verdicts[name])]
    }),
  ])
  return formatTable(['page', '', 'target', ...measuredBuilds.flatMap(({ title }) => [title, ''])], rows)
}
