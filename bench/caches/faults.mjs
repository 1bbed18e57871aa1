import { setTimeout } from 'node:timers/promises'

/**
 * The faults of the soak. Each receives `{ redis, sites, restart }` and returns when it is over. `restart` replaces a site
 * by a new process.
 */
const faults = {
  async 'redis stands still'({ redis }) {
    process.kill(redis.pid, 'SIGSTOP')
    await setTimeout(600)
    process.kill(redis.pid, 'SIGCONT')
  },
  async 'connections are cut'({ redis }) {
    await redis.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await redis.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes')
  },
  async 'entries are evicted'({ redis }) {
    const [, keys] = await redis.redis.scan('0', 'MATCH', '*:frag:*', 'COUNT', 200)
    const entries = keys.filter((key) => !key.startsWith('sobj:'))
    if (entries.length > 0) await redis.redis.unlink(...entries)
  },
  async 'scripts are flushed'({ redis }) {
    await redis.redis.call('SCRIPT', 'FLUSH')
  },
  async 'a process restarts'({ sites, restart }) {
    await restart(Math.floor(Math.random() * sites.length))
  },
}

/** Injects faults in turn until it is stopped. @returns the number of each */
export function injectFaults(context, everyMs) {
  const counts = Object.fromEntries(Object.keys(faults).map((name) => [name, 0]))
  let isStopped = false
  const running = (async () => {
    while (!isStopped) {
      for (const [name, inject] of Object.entries(faults)) {
        for (let waited = 0; waited < everyMs && !isStopped; waited += 100) await setTimeout(100)
        if (isStopped) return
        await inject(context)
        counts[name]++
      }
    }
  })()
  return {
    counts,
    async stop() {
      isStopped = true
      await running
    },
  }
}
