import { NEXT_TAG, toNextTag } from './toNextTag.ts'

const KEY_TAG_PREFIX = 'rcc-data:'
const HASH_TAG_PREFIX = 'rcc-data-hash:'
/** The length that Next accepts for a tag, in characters. */
const MAX_TAG_LENGTH = 256

/**
 * The tag of `'use cache'` data in which an object was registered. {@link fromDataTag} reads the object back, so that a
 * fragment that uses the data depends on the object itself. Both an expiry and a refresh expire the tag: a fragment
 * that is rendered again from old data would stay old.
 *
 * @param maxLength of the tag. Only the functions of Next have a limit. A longer tag is a hash, which names no object
 */
export function toDataTag(object: string, namespace: string, maxLength = MAX_TAG_LENGTH): string {
  const pageTag = toNextTag(object, namespace)
  // A tag of Next is registered by its name.
  if (object.startsWith(NEXT_TAG)) return pageTag
  const tag = `${KEY_TAG_PREFIX}${encodeURIComponent(namespace)}:${encodeURIComponent(object)}`
  return tag.length <= maxLength ? tag : HASH_TAG_PREFIX + pageTag
}

/**
 * The tags of data in which one of the objects may have been registered. Objects that stand for tags of Next have none.
 */
export function toDataTags(objects: readonly string[], namespace: string): string[] {
  const keys = objects.filter((object) => !object.startsWith(NEXT_TAG))
  return [...new Set(keys.map((object) => toDataTag(object, namespace)))]
}

/**
 * The object of a {@link toDataTag}. `undefined` for any other tag, and for an object whose key was too long for a tag.
 */
export function fromDataTag(tag: string): string | undefined {
  if (!tag.startsWith(KEY_TAG_PREFIX)) return undefined
  try {
    return decodeURIComponent(tag.slice(tag.indexOf(':', KEY_TAG_PREFIX.length) + 1))
  } catch {
    return undefined
  }
}
