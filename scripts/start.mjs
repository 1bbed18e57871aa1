// `npm start`: the demo site from a fresh clone, with nothing but Node and npm.
//   PORT=8080 npm start           serve on another port than 3000
//   npm start -- --no-build       serve what was built last time
import { createServer } from 'node:net'
import { failOnError, heading, next } from './run.mjs'
import { build, importFilms, install } from './tasks.mjs'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

try {
  // First of all, since a build of half a minute that ends in "port in use" helps nobody.
  const port = readPort(process.env.PORT || '3000')
  await assertFree(port)
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

function readPort(text) {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port
  throw new Error(`PORT must be a whole number from 1 to 65535, not "${text}".`)
}

function assertFree(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(new Error(portMessage(port, error))))
    probe.listen(port, () => probe.close(resolve))
  })
}

function portMessage(port, { code, message }) {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Choose another: PORT=${(port % 65535) + 1} npm start`
  if (code === 'EACCES') return `Port ${port} needs privileges. Choose one above 1023: PORT=3000 npm start`
  return message
}
