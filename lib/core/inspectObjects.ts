import type { FragmentStore } from './fragmentStore.ts'

/** The fragments that show one object. */
export interface ObjectInspection {
  /** Key of the object. */
  readonly object: string
  /** Keys of the fragments that show it, themselves or in a nested fragment. */
  readonly fragments: readonly string[]
}

/** Finds the fragments that an expiry of the objects would remove. */
export async function inspectObjects(
  store: FragmentStore,
  objects: readonly string[],
): Promise<ObjectInspection[]> {
  return Promise.all(
    objects.map(async (object) => ({ object, fragments: await store.getDependents(object) })),
  )
}
