/** With this number of seconds Next says "never". */
const NEVER_SECONDS = 0xfffffffe

/** A duration that JSON can hold. Next 16.1 passes the `Infinity` of a configuration or of `cacheLife` on. */
export function toFiniteSeconds(seconds: number): number {
  return Math.min(seconds, NEVER_SECONDS)
}
