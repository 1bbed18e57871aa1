import { getGroupLabel, NEXT_KINDS } from '../nextKinds.ts'
import type { EntryTally, Stats } from '../stats.ts'
import type { Style } from '../terminal.ts'
import { formatAge, formatBytes, formatNumber, formatTable, pluralize } from './formatNumber.ts'

const MAX_NAMES = 20

export function renderStats(stats: Stats, style: Style): string {
  const { redis, namespace, fragments, bytes, dependencies, objects, members, oldest, newest, clock, epoch } =
    stats
  const nextKinds = NEXT_KINDS.filter((kind) => stats.next[kind].entries > 0)
  const rows = [
    ['fragments', formatTally({ entries: fragments, bytes, dependencies })],
    ...nextKinds.map((kind) => [getGroupLabel(kind), formatTally(stats.next[kind])]),
    [
      'objects',
      `${formatNumber(objects)} with ${pluralize(members, 'member')}, of all programs with this prefix`,
    ],
    ['oldest', oldest ? formatAge(oldest.createdAt) : 'none'],
    ['newest', newest ? formatAge(newest.createdAt) : 'none'],
    ['history', `clock ${clock}, epoch ${epoch ?? 'none'}`],
  ] as const
  const width = Math.max(...rows.map(([label = '']) => label.length))
  const lines = [
    style.bold(`${redis}, namespace ${namespace}`),
    '',
    ...rows.map(([label = '', text]) => `${label.padEnd(width)}  ${text}`),
  ]
  const names = stats.names.slice(0, MAX_NAMES)
  if (names.length > 0) {
    const nameRows = names.map((tally) => [
      tally.name === null ? '(unreadable)' : tally.name,
      formatNumber(tally.fragments),
      formatBytes(tally.bytes),
      formatNumber(tally.dependencies),
    ])
    const [head = '', ...body] = formatTable([['name', 'fragments', 'bytes', 'dependencies'], ...nameRows])
    lines.push('', style.dim(head), ...body)
  }
  if (stats.names.length > names.length)
    lines.push(`… ${pluralize(stats.names.length - names.length, 'more name')}`)
  return lines.join('\n')
}

function formatTally({ entries, bytes, dependencies }: EntryTally): string {
  return `${formatNumber(entries)}, ${formatBytes(bytes)}, ${pluralize(dependencies, 'dependency', 'dependencies')}`
}
