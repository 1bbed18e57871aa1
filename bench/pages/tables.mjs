import { getRatio } from './compareRounds.mjs'
import { formatKib, formatRatio, formatTable, getMedian } from './formatTable.mjs'
import { modes } from './modes.mjs'
import { depths } from './shapes.mjs'

/** Returns a cell per build, the build with `cacheComponents` first. */
const perBuild = (byBuild, format) => Object.values(byBuild).map(format)

/** Titles the column of the first build. The column of the second follows it. */
const titleBuilds = (byBuild, title) =>
  Object.keys(byBuild).map((build, index) => (index === 0 ? title : build))

const serverColumns = [
  { title: 'server CPU per page, ms', format: ({ server }) => getMedian(server, 'cpu').toFixed(1) },
  {
    title: 'against no cache',
    format: ({ server }, plain) => formatRatio(getRatio(server, plain.server, 'cpu')),
  },
  { title: 'pages/s', format: ({ server }) => getMedian(server, 'perSecond').toFixed(1) },
  { title: 'content, ms', format: ({ server }) => getMedian(server, 'content').toFixed(0) },
  { title: 'last byte, ms', format: ({ server }) => getMedian(server, 'last').toFixed(0) },
]

/** @param byBuild the results of a shape per build and mode */
export function formatShapeTables({ name, title }, byBuild) {
  const [first] = Object.values(byBuild)
  return `### ${name}: ${title}\n\n${formatServerTable(byBuild)}\n\n${formatDocumentTable(first)}`
}

/** @param byBuild the results of a shape per build and mode */
export function formatServerTable(byBuild) {
  const [first] = Object.values(byBuild)
  const header = serverColumns.flatMap((column) => titleBuilds(byBuild, column.title))
  const shown = modes.filter(({ name }) => first[name])
  const rows = shown.map(({ name, title: mode }) => [
    mode,
    ...serverColumns.flatMap(({ format }) =>
      perBuild(byBuild, (byMode) => format(byMode[name], byMode['no-cache'])),
    ),
  ])
  return formatTable(['', ...header], rows)
}

function formatDocumentTable(byMode) {
  const hasBrowser = Object.values(byMode).some(({ browser }) => browser)
  const header = ['', 'KiB sent', 'KiB uncompressed']
  if (hasBrowser)
    header.push('JS heap, MB', "against `'use cache'`", 'task time, ms', "against `'use cache'`", 'listeners')
  const rows = modes
    .filter(
      ({ name }) =>
        byMode[name] && (byMode[name].browser || ['no-cache', 'hit', 'edit', 'miss'].includes(name)),
    )
    .map(({ name, title }) => {
      const { browser, bytes, sent } = byMode[name]
      return [title, formatKib(sent), formatKib(bytes), ...(hasBrowser ? formatBrowser(browser) : [])]
    })
  return formatTable(header, rows)

  function formatBrowser(browser) {
    if (!browser) return ['', '', '', '', '']
    const against = (field) => formatRatio(getRatio(browser, byMode['use-cache'].browser, field))
    return [
      (getMedian(browser, 'heap') / 1e6).toFixed(2),
      against('heap'),
      getMedian(browser, 'task').toFixed(0),
      against('task'),
      getMedian(browser, 'listeners').toFixed(0),
    ]
  }
}

/** @param byBuild the results per build, levels and mode */
export function formatDepthTable(byBuild) {
  const getCpu = ({ server }) => getMedian(server, 'cpu')
  const columns = [
    {
      title: 'no cache, ms',
      format: (byMode) => (byMode['no-cache'] ? getCpu(byMode['no-cache']).toFixed(1) : ''),
    },
    { title: 'hits, ms', format: ({ hit }) => getCpu(hit).toFixed(1) },
    { title: 'cold, ms', format: ({ miss }) => getCpu(miss).toFixed(1) },
    { title: 'cold, ms per level', format: ({ miss }, levels) => (getCpu(miss) / levels).toFixed(2) },
  ]
  return formatTable(
    ['levels', ...columns.flatMap(({ title }) => titleBuilds(byBuild, title))],
    depths.map((levels) => [
      String(levels),
      ...columns.flatMap(({ format }) => perBuild(byBuild, (byLevels) => format(byLevels[levels], levels))),
    ]),
  )
}

/** @param results the rounds per encoding and mode */
export function formatPrerenderedTable({ compressed, identity }) {
  const encodings = [compressed, identity]
  const rows = modes
    .filter(({ name }) => compressed[name])
    .map(({ name, title }) => [
      title,
      ...encodings.flatMap((byMode) => [
        getMedian(byMode[name].server, 'cpu').toFixed(1),
        getMedian(byMode[name].server, 'perSecond').toFixed(1),
        formatRatio(getRatio(byMode.hit.server, byMode[name].server, 'perSecond')),
      ]),
    ])
  const header = ['server CPU per page, ms', 'pages/s', 'pages/s of hits against it']
  return formatTable(['', ...header, ...header.map((title) => `uncompressed: ${title}`)], rows)
}

/** @param byBuild the results of all servers per build and mode */
export function formatMemoryTable(byBuild) {
  const formatMb = (bytes) => (bytes / 1e6).toFixed(0)
  const columns = [
    { title: 'idle, MB', format: (servers) => formatMb(getMedian(servers, 'idle')) },
    { title: 'growth, MB', format: (servers) => formatMb(getMedian(servers, 'growth')) },
    {
      title: 'against no cache',
      format: (servers, plain) => formatRatio(getMedian(servers, 'growth') / getMedian(plain, 'growth')),
    },
  ]
  return formatTable(
    ['', ...columns.flatMap(({ title }) => titleBuilds(byBuild, title))],
    ['no-cache', 'miss'].map((name) => [
      modes.find((mode) => mode.name === name).title,
      ...columns.flatMap(({ format }) =>
        perBuild(byBuild, (byMode) => format(byMode[name], byMode['no-cache'])),
      ),
    ]),
  )
}

export function formatRedisTable(variants, handler) {
  const remote = variants.find(({ name }) => name === 'use-cache-remote')
  const plain = variants.find(({ name }) => name === 'no-cache')
  const header = [
    '',
    'server CPU per page, ms',
    'against no cache',
    'pages/s',
    'against the handler',
    'content, ms',
    'last byte, ms',
  ]
  const rows = variants.map(({ title, server }) => [
    title.replace('HANDLER', handler),
    getMedian(server, 'cpu').toFixed(1),
    formatRatio(getRatio(server, plain.server, 'cpu')),
    getMedian(server, 'perSecond').toFixed(1),
    formatRatio(getRatio(server, remote.server, 'perSecond')),
    getMedian(server, 'content').toFixed(0),
    getMedian(server, 'last').toFixed(0),
  ])
  return formatTable(header, rows)
}
