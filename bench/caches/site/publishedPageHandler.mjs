import { RedisStringsHandler } from '@trieb.work/nextjs-turbo-redis-cache'

/** One for all instances, which Next creates for each request. */
let handler

/** The handler of another library for pages, for a comparison. Set up as its documentation shows, without copies in the process. */
export default class PublishedPageHandler {
  constructor() {
    handler ??= new RedisStringsHandler({
      database: 0,
      keyPrefix: 'published',
      redisGetDeduplication: false,
      inMemoryCachingTime: 0,
    })
  }

  get(...args) {
    return handler.get(...args)
  }

  set(...args) {
    return handler.set(...args)
  }

  revalidateTag(...args) {
    return handler.revalidateTag(...args)
  }

  resetRequestCache(...args) {
    return handler.resetRequestCache?.(...args)
  }
}
