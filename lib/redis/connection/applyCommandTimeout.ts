import type { Command, Redis } from 'ioredis'

/** How often a command gets the timeout again. A page must not wait long for a server that is slow, but answers. */
const MAX_EXTENSIONS = 3

/**
 * Makes a command fail when it is not answered in time. ioredis uses only a timer, which fails commands of a working
 * server in two cases. A site under load would then consider Redis down, render without a cache, and be busier still.
 *
 * - The process was busy for longer than the timeout: its timer fires before it reads a reply that arrived in time. Here
 *   it reads replies first.
 * - Many commands are under way, or the reply is long: a socket holds only a part of it until the process reads on. Redis
 *   replies in the order of the commands, so a command waits while bytes arrive, for at most four times the timeout.
 *
 * @param milliseconds without a byte of a reply until a command counts as failed
 */
export function applyCommandTimeout(redis: Redis, milliseconds: number): Redis {
  const send = redis.sendCommand.bind(redis)
  const timer = createCommandTimer(milliseconds, () => redis.stream?.bytesRead ?? 0)
  redis.sendCommand = (command, stream) => {
    timer.start(command)
    return send(command, stream)
  }
  return redis
}

function createCommandTimer(milliseconds: number, countBytesRead: () => number) {
  /** A command that waited for the connection passes `sendCommand` twice, but has one timer. */
  const timedCommands = new WeakSet<Command>()
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
      command.promise.then(clearTimers, clearTimers)

      function arm(extensions: number) {
        const bytesBefore = countBytesRead()
        timer = setTimeout(() => {
          // Node reads from its sockets between timers and immediates.
          afterReading = setImmediate(() => {
            // A new connection counts from zero.
            if (countBytesRead() !== bytesBefore && extensions > 0) arm(extensions - 1)
            else command.reject(new Error('Command timed out'))
          })
        }, milliseconds)
      }
    },
  }
}
