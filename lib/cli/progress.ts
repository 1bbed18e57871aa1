import { SingleBar } from 'cli-progress'
import type { Output } from './terminal.ts'

/** Shows how far a long task is. */
export interface Progress {
  begin(label: string, total: number): void
  advance(steps: number): void
  end(): void
}

/** What is done sooner than this (milliseconds) needs no bar. */
const SHOW_AFTER_MS = 300

/** A bar where a person watches, elsewhere nothing. */
export function createProgress(output: Output, showAfterMs = SHOW_AFTER_MS): Progress {
  if (!output.isTTY) return { begin() {}, advance() {}, end() {} }
  let bar: SingleBar | undefined
  let startedAt = 0
  let task = { label: '', total: 0, done: 0 }

  return {
    begin(label, total) {
      startedAt = performance.now()
      task = { label, total, done: 0 }
    },
    advance(steps) {
      task.done = Math.min(task.done + steps, task.total)
      if (bar === undefined && performance.now() - startedAt >= showAfterMs) {
        bar = new SingleBar({
          stream: output,
          format: '{label} {bar} {percentage}%',
          barsize: 30,
          clearOnComplete: true,
          // Ctrl-C ends the process at once, so nothing of the terminal may need to be put back.
          hideCursor: false,
          linewrap: true,
          gracefulExit: false,
        })
        bar.start(task.total, task.done, { label: task.label })
      }
      bar?.update(task.done)
    },
    end() {
      bar?.stop()
      bar = undefined
    },
  }
}
