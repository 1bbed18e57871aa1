import { getVersion } from './versions'

/** The time that loading the data of a fragment takes. */
const LOAD_TIME_MS = 40

export interface Story {
  id: number
  version: number
  headline: string
}

export const storyKey = (id: number) => `news/story:${id}`

export async function loadStory(id: number): Promise<Story> {
  // Read before the wait, so that the data does not include later changes.
  const version = getVersion(storyKey(id))
  await new Promise((resolve) => setTimeout(resolve, LOAD_TIME_MS))
  return { id, version, headline: `Headline ${version} of story ${id}, as long as headlines are` }
}
