import autocannon from 'autocannon'

/**
 * Loads pages with autocannon, a given number of times in all. Each connection loads its own URL.
 *
 * @returns the loads per second
 */
export async function applyLoad({ urls, amount, encoding }) {
  const waiting = [...urls]
  const startedAt = performance.now()
  let endedAt = startedAt
  const run = autocannon({
    url: new URL(urls[0]).origin,
    connections: urls.length,
    amount,
    timeout: 120,
    // The default of one second would be added to each measurement.
    sampleInt: 20,
    setupClient(client) {
      const { pathname, search } = new URL(waiting.shift())
      client.setRequests([
        { method: 'GET', path: pathname + search, headers: { 'accept-encoding': encoding } },
      ])
    },
  })
  run.on('response', () => {
    endedAt = performance.now()
  })
  const { errors, timeouts, non2xx, ...result } = await run
  const failures = errors + timeouts + non2xx
  if (failures > 0 || result['2xx'] !== amount)
    throw new Error(`Of ${amount} loads of ${urls[0]}, ${failures} failed and ${result['2xx']} succeeded.`)
  return amount / ((endedAt - startedAt) / 1000)
}
