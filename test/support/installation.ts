import { rmSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { installLibrary } from './installLibrary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder in which the packed library is installed once for all tests of a project. */
    installation: string
  }
}

/** Packs and installs the library before the first test of a project. */
export default async function setUp(project: TestProject): Promise<() => void> {
  // The last TypeScript that was written in JavaScript, for the test of types.
  const folder = await installLibrary({ versions: { 'typescript-5.9': 'npm:typescript@~5.9.3' } })
  project.provide('installation', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
