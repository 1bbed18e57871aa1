const holder = globalThis as { rebuildVersions?: Map<string, number> }

/** The number of edits per object. Stored globally, because Next bundles pages and routes separately. */
const versions = (holder.rebuildVersions ??= new Map())

export const getVersion = (key: string) => versions.get(key) ?? 0

/** Edits an object. @returns its new version */
export function editObject(key: string): number {
  const version = getVersion(key) + 1
  versions.set(key, version)
  return version
}
