import fc from 'fast-check'

// A setup file of every project: property tests try the same values in each run, so that a green run stays
// green. `npm run fuzz` gives other seeds, and prints the seed and the path of what it finds.

const { PROPERTY_SEED = '20260101', PROPERTY_PATH: path } = process.env

export const propertySeed = Number(PROPERTY_SEED)
if (!Number.isInteger(propertySeed))
  throw new Error(`PROPERTY_SEED must be an integer, not ${PROPERTY_SEED}.`)

fc.configureGlobal({ seed: propertySeed, ...(path && { path }) })
