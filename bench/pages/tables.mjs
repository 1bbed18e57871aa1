import { median } from '../statistics.mjs'
import { modes } from './modes.mjs'
import { ratio } from './ratio.mjs'

const times = (value) => `${value.toFixed(2)}×`
const kib = (bytes) => (bytes / 1024).toFixed(bytes < 100 * 1024 ? 1 : 0)
const of = (rounds, field) => median(rounds.map((round) => round[field]))

export function table(header, rows) {
  const line = (cells) => `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n')
}

export function targetTable(judged) {
  const limit = ({ atLeast, atMost }) => (atLeast ? `≥ ${atLeast}×` : atMost ? `≤ ${atMost}×` : '')
  const verdict = ({ met }) => (met === undefined ? '' : met ? 'met' : '**missed**')
  const rows = judged.map((target) => [
    target.shape,
    target.what,
    limit(target),
    times(target.measured),
    verdict(target),
  ])
  return table(['page', '', 'target', 'measured', ''], rows)
}

export function shapeTable({ name: shape, title }, byMode) {
  const plain = byMode['no-cache']
  const shown = Object.values(byMode).some(({ browser }) => browser)
  const header = [
    '',
    'pages/s',
    "against `'use cache: remote'`",
    'first byte, ms',
    'last byte, ms',
    'server CPU per page, ms',
    'against no cache',
    'KiB',
    'gzipped, KiB',
    ...(shown ? ['JS heap, MB', "against `'use cache'`", 'task time, ms', "against `'use cache'`"] : []),
  ]
  const rows = modes
    .filter(({ name }) => byMode[name])
    .map(({ name, title: mode }) => {
      const { server, browser, bytes, gzip } = byMode[name]
      const against = (field) => times(ratio(browser, byMode['use-cache'].browser, field))
      const client = () => [
        (of(browser, 'heap') / 1e6).toFixed(2),
        against('heap'),
        of(browser, 'task').toFixed(0),
        against('task'),
      ]
      return [
        mode,
        of(server, 'perSecond').toFixed(1),
        times(ratio(server, byMode['use-cache-remote'].server, 'perSecond')),
        of(server, 'first').toFixed(0),
        of(server, 'last').toFixed(0),
        of(server, 'cpu').toFixed(1),
        times(ratio(server, plain.server, 'cpu')),
        kib(bytes),
        kib(gzip),
        ...(shown ? (browser ? client() : ['', '', '', '']) : []),
      ]
    })
  return `### ${shape}: ${title}\n\n${table(header, rows)}`
}

export function redisTable(variants, handler) {
  const remote = variants.find(({ mode }) => mode === 'use-cache-remote')
  const header = [
    '',
    'pages/s',
    'against the handler',
    'first byte, ms',
    'last byte, ms',
    'server CPU per page, ms',
    'KiB',
  ]
  const rows = variants.map(({ title, server, bytes }) => [
    title.replace('HANDLER', handler),
    of(server, 'perSecond').toFixed(1),
    times(ratio(server, remote.server, 'perSecond')),
    of(server, 'first').toFixed(0),
    of(server, 'last').toFixed(0),
    of(server, 'cpu').toFixed(1),
    kib(bytes),
  ])
  return table(header, rows)
}
