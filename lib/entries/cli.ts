#!/usr/bin/env node
import { run } from '../cli/main.ts'

// Whoever read the output, `head` for instance, has had enough.
process.stdout.on('error', () => process.exit())

process.exitCode = await run(process.argv.slice(2), process)
