import type { Command, Redis } from 'ioredis'

/**
 * Has every command fail that is not answered in time. ioredis does so by a timer alone, which in a process that was
 * busy for longer comes before the reply that has long arrived: a site under load would take Redis for down, render
 * without a cache, and be busier still. Here a late timer lets the process read first what has arrived.
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

/** A command comes by again when it had to wait for the connection; its time goes on. */
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
