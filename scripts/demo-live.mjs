// `npm run demo:live`: runs the demo with a Redis, a worker and a scripted editor.
//   npm run demo:live -- --seconds 60 --edits-per-second 2
//   npm run demo:live -- --no-build         uses the last build
import { parseArgs } from 'node:util'
import { assertFree, findFreePort, readPort } from './port.mjs'
import { getInstallCommand, isOnPath } from './programs.mjs'
import { failOnError, printHeading, runNext } from './run.mjs'
import { build, importFilms, install } from './tasks.mjs'

const HELP = `Runs a Redis, the demo, a worker and a scripted editor. Open the URL that it prints.

  --seconds N            stop after N seconds (default: run until Ctrl-C)
  --edits-per-second N   number of edits per second (default 0.5)
  --no-build             use the last build
  PORT=8080              port of the demo (default: any free port)`

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

try {
  const options = readOptions()
  if (options.help) console.log(HELP)
  else await start(options)
} catch (error) {
  failOnError(error)
}

async function start({ seconds, editsPerSecond, isBuilt }) {
  // Checked before the build, which takes half a minute.
  if (!isOnPath('redis-server'))
    throw new Error(
      `The live demo needs redis-server. Install it with:\n  ${getInstallCommand(['redis-server'])}`,
    )
  const { PORT } = process.env
  const port = PORT ? readPort(PORT) : await findFreePort()
  if (PORT) await assertFree(port, 'npm run demo:live')
  if (!isBuilt) {
    await install()
    await build()
    await importFilms()
    printHeading('building the demo')
    await runNext('build')
  }
  // Imported late, because it needs the packages that `install` installs.
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

function readNumber(name, text, max) {
  const number = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && number > 0 && number <= max) return number
  throw new Error(`${name} must be a number above 0 and at most ${max}, not "${text}".`)
}
