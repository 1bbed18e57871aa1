/** Requests that are under way, or of which a line that is kept open holds the last. */
const REQUESTS = 20

export function rowOf({ name }, { count, before, after, mayGrow = false }, { tolerance }) {
  const percent = (100 * (after.bytes - before.bytes)) / before.bytes
  const alive = { responses: after.responses, requests: after.requests, workStores: after.workStores }
  const isFlat = mayGrow || Math.abs(percent) <= tolerance
  const passed = isFlat && Object.values(alive).every((number) => number <= REQUESTS)
  return { name, count, before: before.bytes, after: after.bytes, percent, ...alive, passed }
}

export function tableOf(rows) {
  const head =
    '| phase | times | heap before | after | change | responses alive | requests | work stores | |\n|---|---|---|---|---|---|---|---|---|'
  const lines = rows.map(({ name, count, before, after, percent, passed, ...alive }) => {
    const change = `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`
    const cells = [
      name,
      count,
      megabytes(before),
      megabytes(after),
      change,
      ...numbersOf(alive),
      passed ? 'ok' : 'FAILED',
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [head, ...lines].join('\n')
}

const numbersOf = ({ responses, requests, workStores }) => [responses, requests, workStores]
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
