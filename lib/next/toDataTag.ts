import { NEXT_TAG, toNextTag } from './toNextTag.ts'

const KEY_TAG_PREFIX = 'rcc-data:'
const HASH_TAG_PREFIX = 'rcc-data-hash:'
/** Characters that Next takes in a tag. */
const MAX_TAG_LENGTH = 256

/**
 * The tag of `'use cache'` data in which an object was registered. It can be read back ({@link fromDataTag}), so
 * that a fragment around the data depends on the object itself. Both an expiry and a refresh expire it: a fragment
 * that is rendered again from old data would stay old.
 */
export function toDataTag(object: string, namespace: string): string {
  const pageTag = toNextTag(object, namespace)
  // A tag of Next's own is registered by its name.
  if (object.startsWith(NEXT_TAG)) return pageTag
  const tag = `${KEY_TAG_PREFIX}${encodeURIComponent(namespace)}:${encodeURIComponent(object)}`
  return tag.length <= MAX_TAG_LENGTH ? tag : HASH_TAG_PREFIX + pageTag
}

/** The tags of the data in which one of the objects may have been registered; none for Next's own tags. */
export function toDataTags(objects: readonly string[], namespace: string): string[] {
  const keys = objects.filter((object) => !object.startsWith(NEXT_TAG))
  return [...new Set(keys.map((object) => toDataTag(object, namespace)))]
}

/** The object of a {@link toDataTag}; nothing for any other tag, and where the key was too long for a tag. */
export function fromDataTag(tag: string): string | undefined {
  if (!tag.startsWith(KEY_TAG_PREFIX)) return undefined
  try {
    return decodeURIComponent(tag.slice(tag.indexOf(':', KEY_TAG_PREFIX.length) + 1))
  } catch {
    return undefined
  }
}
