import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { listFiles } from './support/listFiles.ts'

const readAll = (folder: string) =>
  Object.fromEntries(
    listFiles(folder, /\.md$/).map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  )

// After a failure, run `npm run docs:api`.
it('docs/api matches the docstrings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rcc-api-'))
  try {
    execFileSync(process.execPath, ['scripts/api-docs/generate.mjs', '--out', folder], { stdio: 'pipe' })
    expect(readAll('docs/api')).toEqual(readAll(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 240_000)
