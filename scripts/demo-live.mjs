// `npm run demo:live`: the demo with all that belongs to it in production, and somebody who edits.
//   npm run demo:live -- --seconds 60 --edits-per-second 2
//   npm run demo:live -- --no-build         with what was built last time
import { parseArgs } from 'node:util'
import { assertFree, freePort, readPort } from './port.mjs'
import { byHand, isOnPath } from './programs.mjs'
import { failOnError, heading, next } from './run.mjs'
import { build, importFilms, install } from './tasks.mjs'

const HELP = `A Redis, the demo on it, a worker, and a scripted editor; open the address that it prints.

  --seconds N            end after N seconds (default: when it is told to, with Ctrl-C)
  --edits-per-second N   default 0.5
  --no-build             serve what was built last time
  PORT=8080              the port of the demo (default: one that is free)`

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

try {
  const options = readOptions()
  if (options.help) console.log(HELP)
  else await start(options)
} catch (error) {
  failOnError(error)
}

async function start({ seconds, editsPerSecond, isBuilt }) {
  // First of all, since a build of half a minute that ends in "port in use" helps nobody.
  if (!isOnPath('redis-server'))
    throw new Error(`The live demo needs redis-server. To install it:\n  ${byHand(['redis-server'])}`)
  const { PORT } = process.env
  const port = PORT ? readPort(PORT) : await freePort()
  if (PORT) await assertFree(port, 'npm run demo:live')
  if (!isBuilt) {
    await install()
    await build()
    await importFilms()
    heading('building the demo')
    await next('build')
  }
  // Not before: it needs what was installed just now.
  const { runDemo } = await import('./demo-live/runDemo.mjs')
  await runDemo({ port, seconds, editsPerSecond })
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      'edits-per-second': { type: 'string', default: '0.5' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    help: values.help,
    seconds: values.seconds === undefined ? undefined : readNumber('--seconds', values.seconds, 86_400),
    editsPerSecond: readNumber('--edits-per-second', values['edits-per-second'], 50),
    isBuilt: values['no-build'],
  }
}

function readNumber(name, text, most) {
  const number = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && number > 0 && number <= most) return number
  throw new Error(`${name} must be a number above 0 and at most ${most}, not "${text}".`)
}
