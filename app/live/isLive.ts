/** Whether the site runs with all that the live page tells of: `npm run demo:live` says so. */
export const isLive = () => Boolean(process.env.DEMO_LIVE && process.env.CONTENT_CACHE_REDIS_URL)
