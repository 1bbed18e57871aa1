import { fromDataTag, toDataTag } from '../toDataTag.ts'
import { fromNextTag, NEXT_TAG } from '../toNextTag.ts'

/** The beginning of the tags that Next derives from paths, for `revalidatePath`. */
export const PATH_TAG = '_N_T_'
/** The beginning of the tags with which Next marks a `'use cache'` entry that only names root params. They expire nothing. */
const ROOT_PARAM_TAG = '_N_RP_'

/**
 * The objects that expire an entry with these tags. A tag of this library stands for the object that was registered.
 * Any other tag is an object itself, `next/tag:<tag>`.
 */
export function toObjects(tags: readonly string[]): string[] {
  const objects = new Set<string>()
  for (const tag of tags) {
    if (tag !== '' && !tag.startsWith(ROOT_PARAM_TAG)) objects.add(fromDataTag(tag) ?? fromNextTag(tag))
  }
  return [...objects]
}

/** The tags of an entry with these objects: the opposite of {@link toObjects}. */
export function toTags(objects: readonly string[], namespace: string): string[] {
  return objects.map((object) =>
    object.startsWith(NEXT_TAG) ? object.slice(NEXT_TAG.length) : toDataTag(object, namespace, Infinity),
  )
}

/** The tags that are no objects, because they expire nothing. */
export function getRootParamTags(tags: readonly string[]): string[] {
  return tags.filter((tag) => tag.startsWith(ROOT_PARAM_TAG))
}

/** The objects of the tags that Next derives from paths. The store remembers their expiries for long. */
export function toPathObjects(tags: readonly string[]): string[] {
  return tags.filter((tag) => tag.startsWith(PATH_TAG)).map(fromNextTag)
}

/** The objects among `tags` that are no paths, and that an entry does not depend on. */
export function findUnknownObjects(tags: readonly string[], dependencies: readonly string[]): string[] {
  return toObjects(tags.filter((tag) => !tag.startsWith(PATH_TAG))).filter(
    (object) => !dependencies.includes(object),
  )
}
