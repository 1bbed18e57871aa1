/**
 * The versions of Next that the adapter is made for, as people read them. The peer range in package.json is the same,
 * with the prereleases of later versions, each of which npm wants named.
 */
export const SUPPORTED_NEXT = '>=16.1.0'
