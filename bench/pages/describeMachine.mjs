import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'

const getManifestPath = (name) => resolve(import.meta.dirname, `../../node_modules/${name}/package.json`)

export const getVersion = (name) => JSON.parse(readFileSync(getManifestPath(name), 'utf8')).version

/**
 * Describes the machine and the versions for a report.
 *
 * @param nodeVersion the version that runs the server
 */
export const describeMachine = (nodeVersion = process.version) =>
  `${cpus().length} cores (${cpus()[0].model.trim()}) shared by server and visitors, Node ${nodeVersion}, Next.js ${getVersion('next')}, React ${getVersion('react')}`
