import type { Command, Redis } from 'ioredis'

/**
 * Makes a command fail when it is not answered in time. ioredis uses only a timer. In a process that was busy for longer
 * than the timeout, that timer fires before the process reads a reply that arrived in time. A site under load would then
 * consider Redis down, render without a cache, and be busier still. Here the process reads replies before a command fails.
 *
 * @param milliseconds until a command counts as failed
 */
export function applyCommandTimeout(redis: Redis, milliseconds: number): Redis {
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (command, stream) => {
    startTimer(command, milliseconds)
    return send(command, stream)
  }
  return redis
}

/** A command that waited for the connection passes `sendCommand` twice, but has one timer. */
const timedCommands = new WeakSet<Command>()

function startTimer(command: Command, milliseconds: number): void {
  if (timedCommands.has(command)) return
  timedCommands.add(command)
  let afterReading: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    // Node reads from its sockets between timers and immediates.
    afterReading = setImmediate(() => command.reject(new Error('Command timed out')))
  }, milliseconds)
  const clearTimers = () => {
    clearTimeout(timer)
    clearImmediate(afterReading)
  }
  command.promise.then(clearTimers, clearTimers)
}
