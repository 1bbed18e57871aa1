// Runs the command of the sources in a process of its own, with the arguments given to this one.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const cli = fileURLToPath(new URL('../../lib/entries/cli.ts', import.meta.url))
await runnerImport(cli, { configFile: false, logLevel: 'silent' })
