import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { freePort } from '../port.mjs'
import { heading, root } from '../run.mjs'
import { startChildProcess } from './childProcess.mjs'
import { createConsoleReporter } from './consoleReporter.mjs'
import { createEditor } from './editor.mjs'
import { reportWorker } from './reportWorker.mjs'
import { copyBuild, copyFilms, makeRunFolder } from './runFolder.mjs'

/** Runs all of it until somebody wants it to end; rejects when a part of it fails. Leaves nothing behind. */
export async function runDemo({ port, seconds, editsPerSecond }) {
  const stop = wishToStop()
  // What has begun, and how it ends: the last one first.
  const endings = []
  const end = async () => {
    for (const ending of endings.splice(0).reverse()) await ending()
  }
  try {
    await Promise.race([stop.wished, start()])
    heading('ending')
    await end()
  } finally {
    await end()
    stop.forget()
  }

  async function start() {
    const folder = makeRunFolder()
    const films = await copyFilms(folder)
    const build = copyBuild(folder)
    const redisPort = await freePort()

    stop.throwIfWished()
    heading(`starting redis-server on port ${redisPort}`)
    const url = `redis://127.0.0.1:${redisPort}`
    const server = startChildProcess('redis-server', 'redis-server', redisArguments(redisPort, folder))
    endings.push(server.stop)
    const redis = new Redis(url, { retryStrategy: () => 100, maxRetriesPerRequest: null })
    redis.on('error', () => {})
    endings.push(() => redis.disconnect())
    await Promise.race([server.failed, redis.ping()])

    stop.throwIfWished()
    heading('starting the demo')
    const secret = randomBytes(24).toString('base64url')
    const token = randomBytes(24).toString('base64url')
    const demo = startChildProcess(
      'The demo',
      process.execPath,
      ['node_modules/next/dist/bin/next', 'start', '--port', String(port)],
      { cwd: root, env: siteEnvironment({ films, build, url, secret, token }) },
    )
    endings.push(demo.stop)
    const failed = Promise.race([server.failed, demo.failed])
    await Promise.race([failed, demo.waitForOutput('Ready in')])

    stop.throwIfWished()
    const site = `http://localhost:${port}`
    const worker = reportWorker({ site, url, secret, redis, onEvent: createConsoleReporter(console.log) })
    endings.push(worker.stop)
    const editor = createEditor({ site, token, editsPerSecond })
    endings.push(editor.stop)
    heading('reading the pages that will be edited, so that they are in the cache')
    await Promise.race([failed, worker.failed, editor.prepare()])

    heading(`open ${site}/live${seconds ? '' : '    (Ctrl-C ends it)'}`)
    if (seconds) stop.after(seconds)
    await Promise.race([failed, worker.failed, editor.edit()])
  }
}

function redisArguments(port, folder) {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
}

function siteEnvironment({ films, build, url, secret, token }) {
  const {
    // What a site of yours is set to must not lead this one elsewhere.
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

/** A signal, or time. A second signal ends the process at once, and what it has started with it. */
function wishToStop() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  let timer
  let wish
  let isWished = false
  const wished = new Promise((resolve) => {
    wish = resolve
  })
  wished.then(() => {
    isWished = true
  })
  const onSignal = () => (isWished ? process.exit(1) : wish())
  for (const signal of signals) process.on(signal, onSignal)
  // The terminal is gone, or who read us.
  process.stdout.on('error', wish)
  return {
    wished,
    /** Nothing may begin any more of which nobody would see the end. */
    throwIfWished() {
      if (isWished) throw new Error('It is to end.')
    },
    after(seconds) {
      timer = setTimeout(wish, seconds * 1000)
    },
    forget() {
      clearTimeout(timer)
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
