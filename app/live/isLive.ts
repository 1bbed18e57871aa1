/** Whether the site runs with a worker and a scripted editor, as started by `npm run demo:live`. */
export const isLive = () => Boolean(process.env.DEMO_LIVE && process.env.CONTENT_CACHE_REDIS_URL)
