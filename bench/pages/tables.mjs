import { median } from '../statistics.mjs'
import { getMedianRatio } from './getMedianRatio.mjs'
import { modes } from './modes.mjs'

const formatRatio = (value) => `${value.toFixed(2)}×`
const formatKib = (bytes) => (bytes / 1024).toFixed(bytes < 100 * 1024 ? 1 : 0)
const getMedian = (rounds, field) => median(rounds.map((round) => round[field]))

export function formatTable(header, rows) {
  const formatRow = (cells) => `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
  return [formatRow(header), `|${'---|'.repeat(header.length)}`, ...rows.map(formatRow)].join('\n')
}

export function formatTargetTable(targets) {
  const limit = ({ atLeast, atMost }) => (atLeast ? `≥ ${atLeast}×` : atMost ? `≤ ${atMost}×` : '')
  const verdict = ({ met }) => (met === undefined ? '' : met ? 'met' : '**missed**')
  const rows = targets.map((target) => [
    target.shape,
    target.title,
    limit(target),
    formatRatio(target.measured),
    verdict(target),
  ])
  return formatTable(['page', '', 'target', 'measured', ''], rows)
}

export function formatShapeTable({ name: shape, title }, byMode) {
  const plain = byMode['no-cache']
  const hasBrowser = Object.values(byMode).some(({ browser }) => browser)
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
    ...(hasBrowser ? ['JS heap, MB', "against `'use cache'`", 'task time, ms', "against `'use cache'`"] : []),
  ]
  const rows = modes
    .filter(({ name }) => byMode[name])
    .map(({ name, title: mode }) => {
      const { server, browser, bytes, gzip } = byMode[name]
      const against = (field) => formatRatio(getMedianRatio(browser, byMode['use-cache'].browser, field))
      const client = () => [
        (getMedian(browser, 'heap') / 1e6).toFixed(2),
        against('heap'),
        getMedian(browser, 'task').toFixed(0),
        against('task'),
      ]
      return [
        mode,
        getMedian(server, 'perSecond').toFixed(1),
        formatRatio(getMedianRatio(server, byMode['use-cache-remote'].server, 'perSecond')),
        getMedian(server, 'first').toFixed(0),
        getMedian(server, 'last').toFixed(0),
        getMedian(server, 'cpu').toFixed(1),
        formatRatio(getMedianRatio(server, plain.server, 'cpu')),
        formatKib(bytes),
        formatKib(gzip),
        ...(hasBrowser ? (browser ? client() : ['', '', '', '']) : []),
      ]
    })
  return `### ${shape}: ${title}\n\n${formatTable(header, rows)}`
}

export function formatRedisTable(variants, handler) {
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
    getMedian(server, 'perSecond').toFixed(1),
    formatRatio(getMedianRatio(server, remote.server, 'perSecond')),
    getMedian(server, 'first').toFixed(0),
    getMedian(server, 'last').toFixed(0),
    getMedian(server, 'cpu').toFixed(1),
    formatKib(bytes),
  ])
  return formatTable(header, rows)
}
