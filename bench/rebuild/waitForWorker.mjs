import { waitUntil } from './waitUntil.mjs'

/** Waits until the worker has handled a number of messages since its start, and no route waits for a rebuild. */
export async function waitForWorker({ log }, messages, isIdle) {
  const countHandled = () =>
    log.filter(({ msg }) => msg === 'handled').reduce((sum, handled) => sum + handled.messages, 0)
  await waitUntil(
    async () => countHandled() >= messages && (await isIdle()),
    'The worker has not become idle in time.',
  )
}
