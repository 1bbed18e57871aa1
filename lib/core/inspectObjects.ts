import type { FragmentStore } from './fragmentStore.ts'

export interface ObjectInspection {
  readonly object: string
  /** Keys of the fragments that show it, nested or around. */
  readonly fragments: readonly string[]
}

/** Which fragments an expiry of the objects would remove. */
export async function inspectObjects(
  store: FragmentStore,
  objects: readonly string[],
): Promise<ObjectInspection[]> {
  return Promise.all(
    objects.map(async (object) => ({ object, fragments: await store.getDependents(object) })),
  )
}
