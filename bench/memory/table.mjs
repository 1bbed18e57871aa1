/** The allowed number of live request objects: active requests, and the last request of each open connection. */
const MAX_LIVE_REQUESTS = 20

export function createRow({ name }, { count, before, after, mayGrow = false }, { tolerance }) {
  const percent = (100 * (after.bytes - before.bytes)) / before.bytes
  const alive = { responses: after.responses, requests: after.requests, workStores: after.workStores }
  const isFlat = mayGrow || Math.abs(percent) <= tolerance
  const passed = isFlat && Object.values(alive).every((number) => number <= MAX_LIVE_REQUESTS)
  return { name, count, before: before.bytes, after: after.bytes, percent, ...alive, passed }
}

export function formatTable(rows) {
  const head =
    '| phase | times | heap before | after | change | responses alive | requests | work stores | |\n|---|---|---|---|---|---|---|---|---|'
  const lines = rows.map(({ name, count, before, after, percent, passed, ...alive }) => {
    const change = `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`
    const cells = [
      name,
      count,
      formatMegabytes(before),
      formatMegabytes(after),
      change,
      ...getCounts(alive),
      passed ? 'ok' : 'FAILED',
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [head, ...lines].join('\n')
}

const getCounts = ({ responses, requests, workStores }) => [responses, requests, workStores]
const formatMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
