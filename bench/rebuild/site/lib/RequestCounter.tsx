import { headers } from 'next/headers'
import { countRequest } from './tally'

export const isWorkerRequest = async () => (await headers()).has('x-content-cache-rebuild')

/** Counts the request. It must be the last element, because all fragments of the page must have started before it. */
export function RequestCounter({ isWorker }: { isWorker: boolean }) {
  countRequest(isWorker)
  return null
}
