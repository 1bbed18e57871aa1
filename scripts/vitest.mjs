import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, runWithOutput } from './run.mjs'

/**
 * Runs projects of vitest.config.ts and prints vitest's own report. Rejects when tests fail.
 *
 * In either case it adds to `counts` the numbers of passed and failed tests, and the names of tests that passed only
 * when they were retried.
 *
 * @param output where the report goes: 'inherit' or a file descriptor
 */
export async function runTests(counts, projects, output = 'inherit') {
  const { passed, failed, tests, failure } = await runVitest(projects, { output })
  counts.passed += passed
  counts.failed += failed
  for (const { status, file, fullName, failureMessages } of tests) {
    if (status === 'passed' && failureMessages.length > 0) counts.retried.push(`${file}: ${fullName}`)
  }
  if (failure) throw failure
}

/**
 * Runs projects of vitest.config.ts and returns the results.
 *
 * @param binary the Node.js binary that runs vitest
 * @param reporter the vitest reporter; "verbose" prints each test when it ends, also without a terminal
 * @param args further arguments of vitest, such as files
 * @param output where the report goes: 'inherit' or a file descriptor
 */
export async function runVitest(
  projects,
  { binary = process.execPath, reporter = 'default', args = [], output = 'inherit' } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-'))
  const file = join(folder, 'report.json')
  let failure
  try {
    await runWithOutput(
      output,
      binary,
      'node_modules/vitest/vitest.mjs',
      'run',
      `--reporter=${reporter}`,
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...projects.map((project) => `--project=${project}`),
      ...args,
    )
  } catch (error) {
    failure = error
  }
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = readReport(file)
  rmSync(folder, { recursive: true })
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  )
  return { passed: numPassedTests, failed: numFailedTests, tests, failure }
}

/** Returns an empty report if the run crashed before it wrote one. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
