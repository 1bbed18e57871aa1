import type { Command, Redis } from 'ioredis'

/** How often a command gets the timeout again. A page must not wait long for a server that is slow, but answers. */
const MAX_EXTENSIONS = 3

/**
 * Makes a command fail when it is not answered in time. ioredis uses only a timer, which fails commands of a working
 * server in two cases. A site under load would then consider Redis down, render without a cache, and be busier still.
 *
 * - The process was busy for longer than the timeout: its timer fires before it reads a reply that arrived in time. Here
 *   it reads replies first.
 * - Many commands are under way: the last one waits for those before it. Redis replies in their order, so a command waits
 *   while others are answered, for at most four times the timeout.
 *
 * @param milliseconds without any reply until a command counts as failed
 */
export function applyCommandTimeout(redis: Redis, milliseconds: number): Redis {
  const send = redis.sendCommand.bind(redis)
  const timer = createCommandTimer(milliseconds)
  redis.sendCommand = (command, stream) => {
    timer.start(command)
    return send(command, stream)
  }
  return redis
}

function createCommandTimer(milliseconds: number) {
  /** A command that waited for the connection passes `sendCommand` twice, but has one timer. */
  const timedCommands = new WeakSet<Command>()
  let replies = 0

  return {
    start(command: Command): void {
      if (timedCommands.has(command)) return
      timedCommands.add(command)
      let timer: NodeJS.Timeout
      let afterReading: NodeJS.Immediate | undefined
      arm(MAX_EXTENSIONS)
      const clearTimers = () => {
        clearTimeout(timer)
        clearImmediate(afterReading)
      }
      command.promise.then(() => {
        replies++
        clearTimers()
      }, clearTimers)

      function arm(extensions: number) {
        const repliesBefore = replies
        timer = setTimeout(() => {
          // Node reads from its sockets between timers and immediates.
          afterReading = setImmediate(() => {
            if (replies > repliesBefore && extensions > 0) arm(extensions - 1)
            else command.reject(new Error('Command timed out'))
          })
        }, milliseconds)
      }
    },
  }
}
