#!/usr/bin/env node
import { runCommandLine } from '../cli/runCommandLine.ts'

// The reader of the output, for instance `head`, has closed the pipe.
process.stdout.on('error', () => process.exit())

const { stdin, stdout, stderr, env } = process
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  signals: process,
})
