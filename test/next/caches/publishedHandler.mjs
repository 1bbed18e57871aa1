// The handler that is published for `'use cache'`. It is installed in the project, and not beside the site.
const { createCacheHandler } = await import(process.env.PUBLISHED_HANDLER)

export default createCacheHandler({ type: 'redis', url: process.env.PUBLISHED_REDIS_URL })
