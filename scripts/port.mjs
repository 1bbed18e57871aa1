import { once } from 'node:events'
import { createServer } from 'node:net'

/** @throws when the text is not a valid port */
export function readPort(text) {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port
  throw new Error(`PORT must be an integer from 1 to 65535, not "${text}".`)
}

/** Rejects when the port cannot be used. The message repeats the command with another port. */
export function assertFree(port, command) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(new Error(formatPortError(port, command, error))))
    probe.listen(port, () => probe.close(resolve))
  })
}

export async function findFreePort() {
  const probe = createServer().listen(0)
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

function formatPortError(port, command, { code, message }) {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Choose another: PORT=${(port % 65535) + 1} ${command}`
  if (code === 'EACCES')
    return `Port ${port} requires privileges. Choose one above 1023: PORT=3000 ${command}`
  return message
}
