import { builds } from './builds.mjs'
import { formatRatio, formatTable } from './formatTable.mjs'

const formatValue = (value, unit) => (unit ? `${value.toFixed(2)} ${unit}` : formatRatio(value))

function formatLimit({ atLeast, atMost, unit = '' }) {
  const limit = (sign, value) => `${sign} ${value}${unit ? ` ${unit}` : '×'}`
  if (atLeast !== undefined) return limit('≥', atLeast)
  return atMost === undefined ? '' : limit('≤', atMost)
}

/** Two columns per build: the measured value, and whether the target is met. */
export function formatTargetTable(targets) {
  const measuredBuilds = builds.filter(({ name }) =>
    targets.some(({ measured }) => measured[name] !== undefined),
  )
  const rows = targets.map((target) => [
    target.part,
    target.title,
    formatLimit(target),
    ...measuredBuilds.flatMap(({ name }) => {
      const { measured, met, unit } = target
      if (measured[name] === undefined) return ['', '']
      const verdict = met[name] === undefined ? '' : met[name] ? 'met' : '**missed**'
      return [formatValue(measured[name], unit), verdict]
    }),
  ])
  return formatTable(['page', '', 'target', ...measuredBuilds.flatMap(({ title }) => [title, ''])], rows)
}
