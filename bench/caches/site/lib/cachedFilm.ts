import { cacheLife, cacheTag } from 'next/cache'
import { loadFilm, readFilm } from './cms'

/** Expired by the object of the film. */
export async function getCachedFilm(id: number): Promise<string> {
  'use cache'
  cacheLife('max')
  return loadFilm(id)
}

/** Expired by a tag of Next. */
export async function getTaggedFilm(id: number): Promise<string> {
  'use cache: remote'
  cacheLife('max')
  cacheTag(`tagged:${id}`)
  return readFilm(id)
}

/** Text of a size that is usual for a page. */
export async function getCachedText(paragraphs: number): Promise<string[]> {
  'use cache'
  cacheLife('max')
  return Array.from({ length: paragraphs }, (_, index) => `Paragraph ${index} of a text that nobody edits.`)
}

/** The process that has made it, and text of 5 KB. */
export async function getStoredText(entry: string): Promise<string[]> {
  'use cache'
  cacheLife('max')
  const author = `${entry} was made by ${process.pid}.`
  return [author, ...(await getCachedText(100))]
}
