import { SingleBar } from 'cli-progress'

/** Creates a progress bar. Without a terminal it prints nothing. */
export function createProgress(output) {
  if (!output.isTTY) return { begin() {}, advance() {}, end() {} }
  let bar
  const end = () => {
    bar?.stop()
    bar = undefined
  }
  return {
    begin(part, total) {
      end()
      const format = '{part} {bar} {value} of {total}, {duration_formatted}'
      bar = new SingleBar({ stream: output, format, barsize: 30, clearOnComplete: true, hideCursor: false })
      bar.start(total, 0, { part })
    },
    advance: () => bar.increment(),
    end,
  }
}
