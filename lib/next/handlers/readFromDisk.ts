import type { BuildOutput, PageReadContext } from '../internals/buildOutput.ts'
import { estimatePageSize, type StoredPage, withOwnData } from './storedPage.ts'

/** Reads a page that the build has rendered. Next takes its lifetime from its own manifest of the build. */
export async function readFromDisk(
  buildOutput: BuildOutput,
  key: string,
  context: PageReadContext,
): Promise<StoredPage | undefined> {
  const value = await buildOutput.readPage(key, context)
  if (value === undefined) return undefined
  return {
    value: withOwnData(value),
    cacheControl: undefined,
    isOnDisk: true,
    bytes: estimatePageSize(value),
  }
}
