/** Milliseconds that the data of a fragment takes to come. */
const LATENCY = 40

const holder = globalThis as { newsroomVersions?: Map<number, number> }

/** Edits of each story so far. Of the whole process: Next bundles pages and routes apart. */
const versions = (holder.newsroomVersions ??= new Map())

export interface Story {
  id: number
  version: number
  headline: string
}

export const storyKey = (id: number) => `news/story:${id}`

export async function loadStory(id: number): Promise<Story> {
  // Read first: what changes while it is on its way is not in it.
  const version = versions.get(id) ?? 0
  await new Promise((done) => setTimeout(done, LATENCY))
  return { id, version, headline: `Headline ${version} of story ${id}, as long as headlines are` }
}

/** @returns its version from now on */
export function editStory(id: number): number {
  const version = (versions.get(id) ?? 0) + 1
  versions.set(id, version)
  return version
}
