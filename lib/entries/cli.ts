#!/usr/bin/env node
import { runCommandLine } from '../cli/runCommandLine.ts'

// Whoever read the output, `head` for instance, has had enough.
process.stdout.on('error', () => process.exit())

const { stdin, stdout, stderr, env } = process
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  signals: process,
})
