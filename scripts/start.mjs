// `npm start`: the demo site from a fresh clone, with nothing but Node and npm.
//   PORT=8080 npm start           serve on another port than 3000
//   npm start -- --no-build       serve what was built last time
import { assertFree, readPort } from './port.mjs'
import { failOnError, heading, next } from './run.mjs'
import { build, importFilms, install } from './tasks.mjs'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

try {
  // First of all, since a build of half a minute that ends in "port in use" helps nobody.
  const port = readPort(process.env.PORT || '3000')
  await assertFree(port, 'npm start')
  if (!process.argv.includes('--no-build')) {
    await install()
    await build()
    await importFilms()
    heading('building the demo')
    await next('build')
  }
  heading(`serving on http://localhost:${port}`)
  await next('start', '--port', String(port))
} catch (error) {
  failOnError(error)
}
