import { IncomingMessage, ServerResponse } from 'node:http'
import { queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { workAsyncStorage } from 'next/dist/server/app-render/work-async-storage.external'
import { connection } from 'next/server'

/** Returns the heap size and the number of request objects after a forced collection, including this request. */
export async function GET(): Promise<Response> {
  await connection()
  const AfterContext = workAsyncStorage.getStore()?.afterContext.constructor
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    collectGarbage()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return Response.json({
    bytes: heapUsed + arrayBuffers,
    responses: count(ServerResponse),
    requests: count(IncomingMessage),
    // Each work store of Next has one AfterContext.
    workStores: count(AfterContext),
  })
}

function count(type: unknown): number {
  return Number(queryObjects(type as new () => object, { format: 'count' }))
}
