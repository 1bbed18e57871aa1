import { waitUntil } from './waitUntil.mjs'

/**
 * Waits until all requests are counted, then takes the tally.
 *
 * @throws when a request is missing, the counts by request and by event differ, or the site reports a failure
 */
export async function waitForTally(site, readers) {
  const isComplete = (tally) =>
    tally.readers.requests === readers && tally.readers.fills + tally.worker.fills === tally.events
  let tally
  await waitUntil(
    async () => isComplete((tally = await site.readTally())),
    () => `The tally of ${readers} readers is incomplete: ${JSON.stringify(tally)}`,
  )
  if (tally.failures.length > 0) throw new Error(`The site reported failures: ${tally.failures.join('; ')}`)
  return site.takeTally()
}
