// Expires an object. The process should end after its standard input.
import { once } from 'node:events'
import { runnerImport } from 'vite'

const [, , module, port] = process.argv
const { module: loaded } = await runnerImport(module, { configFile: false, logLevel: 'silent' })
const store = loaded.redisStore({ host: '127.0.0.1', port: Number(port) }, { timeout: 5_000 })
await store.expire(['x'])
console.log('expired')
await once(process.stdin.resume(), 'end')
