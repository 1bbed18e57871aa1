import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printHeading } from './run.mjs'

/**
 * Runs lanes of tasks at the same time. The tasks of a lane run one after the other, also after one that failed. The first
 * lane prints as it goes. The output of each other lane is printed when the lanes before it have ended.
 *
 * @param lanes lists of `{ heading, run(output) }`; `output` is 'inherit' or a file descriptor
 * @throws the first error, after all lanes have ended
 */
export async function runLanes(lanes) {
  const folder = mkdtempSync(join(tmpdir(), 'lanes-'))
  const errors = []
  try {
    const running = lanes.map((tasks, index) =>
      runLane(tasks, index === 0 ? undefined : join(folder, `${index}`), errors),
    )
    for (const lane of running) {
      for (const { heading, file } of await lane) {
        if (file === undefined) continue
        printHeading(heading)
        process.stdout.write(readFileSync(file))
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  if (errors.length > 0) throw errors[0]
}

/** Prints as it goes, or into files whose names begin with `prefix`. @returns the headings and files */
async function runLane(tasks, prefix, errors) {
  const outputs = []
  for (const { heading, run } of tasks) {
    const file = prefix && `${prefix}-${outputs.length}`
    const output = file === undefined ? 'inherit' : openSync(file, 'w')
    if (file === undefined) printHeading(heading)
    try {
      await run(output)
    } catch (error) {
      errors.push(error)
    } finally {
      if (file !== undefined) closeSync(output)
    }
    outputs.push({ heading, file })
  }
  return outputs
}
