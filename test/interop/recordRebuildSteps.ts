import type { Redis } from 'ioredis'

/** Runs `change`, and returns what the server did to queued routes and to fragments during it, in order. */
export async function recordRebuildSteps(client: Redis, change: () => Promise<unknown>): Promise<string[]> {
  const monitor = await client.monitor()
  const steps: string[] = []
  const ended = new Promise<void>((resolve) => {
    monitor.on('monitor', (time: string, [command = '', key = '', ...args]: string[]) => {
      const name = command.toLowerCase()
      if (name === 'echo' && key === 'end') resolve()
      else if (name === 'zadd' && key === 'cc:rebuild:queue') {
        const [, due, route] = args
        steps.push(`${route} is due in ${Math.round((Number(due) - Number(time) * 1000) / 1000)} s`)
      } else if (name === 'unlink' && key.startsWith('cc:frag:')) steps.push(`${key} is gone`)
      else if (name === 'setrange' && key.startsWith('cc:frag:')) steps.push(`${key} is stale`)
    })
  })
  await change()
  // A monitor reports commands in order, so the echo is the last one.
  await client.echo('end')
  await ended
  monitor.disconnect()
  return steps
}

/** Returns the queued routes, and the milliseconds until they are due. */
export async function readQueuedRoutes(client: Redis): Promise<Record<string, number>> {
  const [seconds = 0, micros = 0] = (await client.time()).map(Number)
  const pairs = await client.zrange('cc:rebuild:queue', '0', '-1', 'WITHSCORES')
  const routes: Record<string, number> = {}
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    routes[pairs[at] ?? ''] = Number(pairs[at + 1]) - (seconds * 1000 + micros / 1000)
  }
  return routes
}
