import { readFileSync } from 'node:fs'
import { inject } from 'vitest'
import { browserTest } from './browser.ts'

/** Vitest's `test` with browser windows on the demo. */
export const test = browserTest(() => ({
  origin: inject('origin'),
  log: () => readFileSync(inject('serverLog'), 'utf8'),
}))
