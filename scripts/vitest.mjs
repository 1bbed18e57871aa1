import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { node } from './run.mjs'

/**
 * Runs some of the projects of vitest.config.ts, printing as vitest does.
 * Adds to `counts`, also when tests failed and the run rejects.
 */
export async function vitest(counts, ...projects) {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-'))
  const report = join(folder, 'report.json')
  try {
    await node(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...projects.map((project) => `--project=${project}`),
    )
  } finally {
    const { numPassedTests = 0, numFailedTests = 0 } = readReport(report)
    counts.passed += numPassedTests
    counts.failed += numFailedTests
    rmSync(folder, { recursive: true })
  }
}

// A run that crashed early leaves no report.
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
