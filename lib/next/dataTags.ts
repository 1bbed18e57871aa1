import { NEXT_TAG, tagOfObject } from './pageTags.ts'

const WITH_KEY = 'rcc-data:'
const HASHED = 'rcc-data-hash:'
/** Characters that Next takes in a tag. */
const LONGEST_TAG = 256

/**
 * The tag of `'use cache'` data in which an object was registered. It can be read back ({@link objectOfDataTag}), so
 * that a fragment around the data depends on the object itself. Both an expiry and a refresh expire it: a fragment
 * that is rendered again from old data would stay old.
 */
export function dataTagOf(object: string, namespace: string): string {
  const pageTag = tagOfObject(object, namespace)
  // A tag of Next's own is registered by its name.
  if (object.startsWith(NEXT_TAG)) return pageTag
  const tag = `${WITH_KEY}${encodeURIComponent(namespace)}:${encodeURIComponent(object)}`
  return tag.length <= LONGEST_TAG ? tag : HASHED + pageTag
}

/** The tags of the data in which one of the objects may have been registered; none for Next's own tags. */
export function dataTagsOf(objects: readonly string[], namespace: string): string[] {
  const own = objects.filter((object) => !object.startsWith(NEXT_TAG))
  return [...new Set(own.map((object) => dataTagOf(object, namespace)))]
}

/** The object of a {@link dataTagOf}; nothing for any other tag, and where the key was too long for a tag. */
export function objectOfDataTag(tag: string): string | undefined {
  if (!tag.startsWith(WITH_KEY)) return undefined
  try {
    return decodeURIComponent(tag.slice(tag.indexOf(':', WITH_KEY.length) + 1))
  } catch {
    return undefined
  }
}
