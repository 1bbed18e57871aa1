import type { ChainableCommander } from 'ioredis'

/** The replies of a pipeline, in order: each a value, or the error with which Redis refused that command. */
export async function execPipeline(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, value]) => {
    // Redis answered; anything else means that it did not.
    if (error && error.name !== 'ReplyError') throw error
    return error ?? value
  })
}
