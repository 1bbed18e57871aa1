/** The time that loading the data of a fragment takes. */
const LOAD_TIME_MS = 40

const holder = globalThis as { newsroomVersions?: Map<number, number> }

/** The number of edits per story. Stored globally, because Next bundles pages and routes separately. */
const versions = (holder.newsroomVersions ??= new Map())

export interface Story {
  id: number
  version: number
  headline: string
}

export const storyKey = (id: number) => `news/story:${id}`

export async function loadStory(id: number): Promise<Story> {
  // Read before the wait, so that the data does not include later changes.
  const version = versions.get(id) ?? 0
  await new Promise((resolve) => setTimeout(resolve, LOAD_TIME_MS))
  return { id, version, headline: `Headline ${version} of story ${id}, as long as headlines are` }
}

/** Edits a story. @returns its new version */
export function editStory(id: number): number {
  const version = (versions.get(id) ?? 0) + 1
  versions.set(id, version)
  return version
}
