import autocannon from 'autocannon'

/**
 * Makes visits with autocannon, each a sequence of requests. Each connection repeats a visit of its own.
 *
 * @param amount the number of visits, a multiple of the number of connections
 * @returns the visits per second
 */
export async function applyLoad({ site, visits, amount, encoding }) {
  const waiting = [...visits]
  const startedAt = performance.now()
  let endedAt = startedAt
  const run = autocannon({
    url: site,
    connections: visits.length,
    amount: amount * visits[0].length,
    timeout: 120,
    // The default of one second would be added to each measurement.
    sampleInt: 20,
    setupClient(client) {
      const headers = { 'accept-encoding': encoding }
      client.setRequests(waiting.shift().map(({ method = 'GET', path }) => ({ method, path, headers })))
    },
  })
  run.on('response', () => {
    endedAt = performance.now()
  })
  const { errors, non2xx, '2xx': succeeded } = await run
  if (errors > 0 || non2xx > 0 || succeeded !== amount * visits[0].length)
    throw new Error(
      `${site} did not serve ${amount} visits of ${JSON.stringify(visits[0])}: ${errors} errors, ${succeeded} responses of 2xx, ${non2xx} others.`,
    )
  return amount / ((endedAt - startedAt) / 1000)
}
