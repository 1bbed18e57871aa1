import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'

const manifest = (name) => resolve(import.meta.dirname, `../../node_modules/${name}/package.json`)

export const version = (name) => JSON.parse(readFileSync(manifest(name), 'utf8')).version

/** On what was measured. */
export const machine = () =>
  `${cpus().length} cores (${cpus()[0].model.trim()}) shared by server and visitors, Node ${process.version}, Next.js ${version('next')}, React ${version('react')}`
