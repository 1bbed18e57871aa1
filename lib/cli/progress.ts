import { SingleBar } from 'cli-progress'
import type { TerminalStream } from './terminal.ts'

/** Shows the progress of a long task. */
export interface Progress {
  begin(label: string, total: number): void
  advance(steps: number): void
  end(): void
}

/** A task that ends sooner than this needs no bar. */
const SHOW_AFTER_MS = 300

/** Shows a bar on a terminal, and nothing on other outputs. */
export function createProgress(output: TerminalStream, showAfterMs = SHOW_AFTER_MS): Progress {
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
          // Ctrl-C ends the process immediately, so the bar must not change terminal settings.
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
