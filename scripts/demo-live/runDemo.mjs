import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { findFreePort } from '../port.mjs'
import { printHeading, root } from '../run.mjs'
import { startChildProcess } from './childProcess.mjs'
import { createConsoleReporter } from './consoleReporter.mjs'
import { createEditor } from './editor.mjs'
import { reportWorker } from './reportWorker.mjs'
import { copyBuild, copyFilms, makeRunFolder } from './runFolder.mjs'

/** Runs the demo until a signal or the time limit, and removes its files. Rejects when a part of the demo fails. */
export async function runDemo({ port, seconds, editsPerSecond }) {
  const shutdown = createShutdownRequest()
  // The functions that stop the started parts. They run in reverse order.
  const stops = []
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  try {
    await Promise.race([shutdown.requested, start()])
    printHeading('stopping')
    await stopAll()
  } finally {
    await stopAll()
    shutdown.dispose()
  }

  async function start() {
    const folder = makeRunFolder()
    const films = await copyFilms(folder)
    const build = copyBuild(folder)
    const redisPort = await findFreePort()

    shutdown.throwIfRequested()
    printHeading(`starting redis-server on port ${redisPort}`)
    const url = `redis://127.0.0.1:${redisPort}`
    const server = startChildProcess('redis-server', 'redis-server', createRedisArguments(redisPort, folder))
    stops.push(server.stop)
    const redis = new Redis(url, { retryStrategy: () => 100, maxRetriesPerRequest: null })
    redis.on('error', () => {})
    stops.push(() => redis.disconnect())
    await Promise.race([server.failed, redis.ping()])

    shutdown.throwIfRequested()
    printHeading('starting the demo')
    const secret = randomBytes(24).toString('base64url')
    const token = randomBytes(24).toString('base64url')
    const demo = startChildProcess(
      'The demo',
      process.execPath,
      ['node_modules/next/dist/bin/next', 'start', '--port', String(port)],
      { cwd: root, env: createSiteEnvironment({ films, build, url, secret, token }) },
    )
    stops.push(demo.stop)
    const failed = Promise.race([server.failed, demo.failed])
    await Promise.race([failed, demo.waitForOutput('Ready in')])

    shutdown.throwIfRequested()
    const site = `http://localhost:${port}`
    const worker = reportWorker({ site, url, secret, redis, onEvent: createConsoleReporter(console.log) })
    stops.push(worker.stop)
    const editor = createEditor({ site, token, editsPerSecond })
    stops.push(editor.stop)
    printHeading('requesting the pages that will be edited, to fill the cache')
    await Promise.race([failed, worker.failed, editor.prepare()])

    printHeading(`open ${site}/live${seconds ? '' : '    (Ctrl-C to stop)'}`)
    if (seconds) shutdown.requestAfter(seconds)
    await Promise.race([failed, worker.failed, editor.edit()])
  }
}

function createRedisArguments(port, folder) {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
}

function createSiteEnvironment({ films, build, url, secret, token }) {
  const {
    // Settings of the user's own site must not affect the demo.
    CONTENT_CACHE_NAMESPACE,
    CONTENT_CACHE_SECRET,
    CONTENT_CACHE_CHANNEL,
    CONTENT_CACHE_CONSISTENCY,
    ...env
  } = process.env
  return {
    ...env,
    NODE_ENV: 'production',
    FILMS_DB: films,
    NEXT_DIST_DIR: build,
    CONTENT_CACHE_REDIS_URL: url,
    CONTENT_CACHE_REBUILD_SECRET: secret,
    DEMO_LIVE: token,
  }
}

/** Requests a shutdown on a signal or after some time. A second signal exits and kills the started programs at once. */
function createShutdownRequest() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  let timer
  let request
  let isRequested = false
  const requested = new Promise((resolve) => {
    request = resolve
  })
  requested.then(() => {
    isRequested = true
  })
  const onSignal = () => (isRequested ? process.exit(1) : request())
  for (const signal of signals) process.on(signal, onSignal)
  // The terminal or the reading end of a pipe has closed.
  process.stdout.on('error', request)
  return {
    requested,
    /** Called before a part starts, because a part that starts during the shutdown would not be stopped. */
    throwIfRequested() {
      if (isRequested) throw new Error('The demo is stopping.')
    },
    requestAfter(seconds) {
      timer = setTimeout(request, seconds * 1000)
    },
    dispose() {
      clearTimeout(timer)
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
