/** For errors. They never show the value, which may contain a password. */
export const REDIS_URL_FORM =
  'must look like redis://host:6379, redis://host:6379/1 or rediss://host, or be the path of a socket'

/** Whether a string is the URL of a Redis, with or without a database number, or the path of a socket. */
export function isRedisUrl(text: string): boolean {
  if (text.startsWith('/')) return true
  if (!URL.canParse(text)) return false
  const { protocol, pathname, hostname } = new URL(text)
  return ['redis:', 'rediss:'].includes(protocol) && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname)
}
