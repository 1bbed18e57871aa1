import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, run } from './run.mjs'

/**
 * Runs some of the projects of vitest.config.ts, printing as vitest does.
 * Adds to `counts`, also when tests failed and the run rejects: their numbers, and the names of those that passed only
 * on a second try.
 */
export async function vitest(counts, ...projects) {
  const { passed, failed, tests, failure } = await runVitest(projects)
  counts.passed += passed
  counts.failed += failed
  for (const { status, file, fullName, failureMessages } of tests) {
    if (status === 'passed' && failureMessages.length > 0) counts.retried.push(`${file}: ${fullName}`)
  }
  if (failure) throw failure
}

/**
 * The same, with its report.
 *
 * @param binary the Node.js that runs it
 * @param reporter how it prints; "verbose" prints each test as it ends, also where no terminal is
 * @param args further arguments of vitest, such as files
 */
export async function runVitest(
  projects,
  { binary = process.execPath, reporter = 'default', args = [] } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-'))
  const file = join(folder, 'report.json')
  let failure
  try {
    await run(
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

// A run that crashed early leaves no report.
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
