// Runs the command from the sources, with the arguments of this process.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const cli = fileURLToPath(new URL('../../lib/entries/cli.ts', import.meta.url))
await runnerImport(cli, { configFile: false, logLevel: 'silent' })
