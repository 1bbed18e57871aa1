import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { builds } from './builds.mjs'
import { findOnPath } from './findOnPath.mjs'
import { shapes } from './shapes.mjs'

const partNames = [...shapes.map(({ name }) => name), 'deep', 'prerendered', 'demo', 'memory', 'redis']
/** Short enough to be copied by hand. */
const MAX_SEED = 1_000_000
const buildNames = builds.map(({ name }) => name)

const USAGE = `npm run bench: measures pages of several shapes without a cache, with the caches of Next, and with this
library, on the server and in a browser. Writes docs/benchmarks.md and the figures in README.md. Exits with 2 when a
target is missed, but not when a verdict is unclear.
  npm run bench -- --only 20x30,redis  measures only some parts and writes no file; parts:
                                       ${partNames.slice(0, 7).join(', ')},
                                       ${partNames.slice(7, 14).join(', ')},
                                       ${partNames.slice(14).join(', ')}
  npm run bench -- --build on          measures only one build and writes no file: with \`cacheComponents\` on or off
  npm run bench -- --node PATH         runs the servers with another Node and writes no file
  npm run bench -- --no-build          serves the last builds and writes no file
  npm run bench -- --rounds 5          number of rounds, in each of which all modes take turns in a random order
  npm run bench -- --seed 1            repeats the order of the run that printed this seed
  npm run bench -- --seconds 0.5       duration of the load per mode and round
  npm run bench -- --loads 5           number of loads of each page in the browser
  npm run bench -- --readme            copies the figures from docs/benchmarks.md to README.md without measuring
  npm run bench -- --json              prints the results as JSON
  npm run bench -- --help              prints this help`

/** Reads the command line. Prints the help or an error, and ends the process, where that is what it asks for. */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      build: { type: 'string' },
      node: { type: 'string' },
      'no-build': { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.5' },
      loads: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(randomInt(MAX_SEED)) },
      readme: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit()
  }
  const parts =
    values.only?.split(',') ?? partNames.filter((name) => name !== 'redis' || findOnPath('redis-server'))
  for (const name of parts)
    requireOption(partNames.includes(name), `--only: "${name}" is not one of ${partNames.join(', ')}.`)
  if (values.build !== undefined)
    requireOption(buildNames.includes(values.build), `--build must be one of ${buildNames.join(', ')}.`)
  const seconds = Number(values.seconds)
  requireOption(
    seconds > 0 && seconds <= 60,
    `--seconds must be above 0 and at most 60, not ${values.seconds}.`,
  )
  const { node = process.execPath, readme, json } = values
  return {
    parts,
    buildNames: values.build ? [values.build] : buildNames,
    node,
    nodeVersion: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    rounds: readInteger(values, 'rounds', 1, 100),
    loads: readInteger(values, 'loads', 1, 100),
    seed: readInteger(values, 'seed', 0, MAX_SEED),
    seconds,
    readme,
    json,
    mustBuild: !values['no-build'],
    mustWrite:
      !values['no-build'] && [values.only, values.build, values.node].every((value) => value === undefined),
  }
}

function readInteger(values, name, min, max) {
  const number = Number(values[name])
  requireOption(
    Number.isInteger(number) && number >= min && number <= max,
    `--${name} must be an integer from ${min} to ${max}, not ${values[name]}.`,
  )
  return number
}

function requireOption(isValid, message) {
  if (isValid) return
  console.error(message)
  process.exit(1)
}
