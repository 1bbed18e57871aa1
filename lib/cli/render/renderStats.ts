import type { Stats } from '../stats.ts'
import type { Style } from '../terminal.ts'
import { ageText, byteText, count, counted, table } from './format.ts'

const NAMES_SHOWN = 20

export function renderStats(stats: Stats, style: Style): string {
  const { redis, namespace, fragments, bytes, edges, objects, members, oldest, newest, clock, epoch } = stats
  const lines = [
    style.bold(`${redis}, namespace ${namespace}`),
    '',
    `fragments  ${count(fragments)}, ${byteText(bytes)}, ${counted(edges, 'dependency', 'dependencies')}`,
    `objects    ${count(objects)} with ${counted(members, 'member')}, of every program with this prefix`,
    `oldest     ${oldest ? ageText(oldest.createdAt) : 'none'}`,
    `newest     ${newest ? ageText(newest.createdAt) : 'none'}`,
    `history    clock ${clock}, epoch ${epoch ?? 'none'}`,
  ]
  const names = stats.names.slice(0, NAMES_SHOWN)
  if (names.length > 0) {
    const rows = names.map((tally) => [
      tally.name === null ? '(unreadable)' : tally.name,
      count(tally.fragments),
      byteText(tally.bytes),
      count(tally.edges),
    ])
    const [head = '', ...body] = table([['name', 'fragments', 'bytes', 'dependencies'], ...rows])
    lines.push('', style.dim(head), ...body)
  }
  if (stats.names.length > names.length)
    lines.push(`… ${counted(stats.names.length - names.length, 'more name')}`)
  return lines.join('\n')
}
