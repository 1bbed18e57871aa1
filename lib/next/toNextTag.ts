import { createHash } from 'node:crypto'

/** The prefix of the object key of a Next tag. */
export const NEXT_TAG = 'next/tag:'
const TAG_PREFIX = 'rcc:'

/** A Next tag as an object key, so that tags declared inside a fragment are dependencies like any other. */
export function fromNextTag(tag: string): string {
  return NEXT_TAG + tag
}

/**
 * The Next tag that ties pages to an object. It is a hash, because tags are limited in length and must not contain
 * commas.
 *
 * @param namespace separates sites that share a cache handler
 */
export function toNextTag(object: string, namespace: string): string {
  const tag = object.startsWith(NEXT_TAG) ? object.slice(NEXT_TAG.length) : ''
  // A site may register a key with this prefix that is not a valid tag.
  if (tag !== '' && tag.length <= 256 && !tag.includes(',')) return tag
  return `${TAG_PREFIX}${createHash('sha256').update(`${namespace}\0${object}`).digest('base64url').slice(0, 27)}`
}

/** Whether only this library revalidates the tag. */
export function isInternalTag(tag: string): boolean {
  return tag.startsWith(TAG_PREFIX)
}

/** The tag of every page with a fragment, for expiries of more objects than Next can handle tags. */
export function getCatchAllTag(namespace: string): string {
  return toNextTag('', namespace)
}

/**
 * The tag of pages with fragments that could not be cached. Their objects are unknown, so every expiry revalidates
 * them.
 */
export function getUncachedTag(namespace: string): string {
  // No object has such a key.
  return toNextTag('\0uncached', namespace)
}

/** The tags among the dependencies of an entry that Next itself may revalidate. */
export function getNextTags(dependencies: Iterable<string>): string[] {
  const tags: string[] = []
  for (const object of dependencies) if (object.startsWith(NEXT_TAG)) tags.push(object.slice(NEXT_TAG.length))
  return tags
}
