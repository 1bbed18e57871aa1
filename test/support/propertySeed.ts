import fc from 'fast-check'

// A setup file of every project. Property tests use the same values in each run, so a passing run stays passing.
// `npm run fuzz` sets other seeds, and prints the seed and the path of each failure.

const { PROPERTY_SEED = '20260101', PROPERTY_PATH: path } = process.env

export const propertySeed = Number(PROPERTY_SEED)
if (!Number.isInteger(propertySeed))
  throw new Error(`PROPERTY_SEED must be an integer, not ${PROPERTY_SEED}.`)

/** Whether `npm run fuzz` runs the tests. Expensive properties then try more values. */
export const isFuzzing = process.env.PROPERTY_SEED !== undefined

fc.configureGlobal({ seed: propertySeed, ...(path && { path }) })
