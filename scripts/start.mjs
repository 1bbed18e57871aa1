// `npm start`: builds and serves the demo site. A fresh clone needs only Node and npm.
//   PORT=8080 npm start           serves on another port than 3000
//   npm start -- --no-build       serves the last build
import { assertFree, readPort } from './port.mjs'
import { failOnError, printHeading, runNext } from './run.mjs'
import { build, importFilms, install } from './tasks.mjs'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

try {
  // Checked before the build, which takes half a minute.
  const port = readPort(process.env.PORT || '3000')
  await assertFree(port, 'npm start')
  if (!process.argv.includes('--no-build')) {
    await install()
    await build()
    await importFilms()
    printHeading('building the demo')
    await runNext('build')
  }
  printHeading(`serving on http://localhost:${port}`)
  await runNext('start', '--port', String(port))
} catch (error) {
  failOnError(error)
}
