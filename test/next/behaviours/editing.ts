import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Site } from '../../support/nextSite.ts'

/** In development the code of a fragment changes without a build. */
export function describeEditing(site: () => Site) {
  it('an edit of a component inside a fragment shows on the next load (rule 10)', async () => {
    const text = async () => (await site().get('/edited')).text
    expect(await text()).toContain('first wording')
    await site().stored('edited')
    await site().stored('edited version')
    expect(await text()).toContain('first wording')
    // In development Next may render a page more than once.
    expect(await site().count('hit edited')).toBeGreaterThan(0)

    const file = join(site().folder, 'site/Edited.tsx')
    for (const [before, after] of [
      ['first', 'second'],
      ['second', 'third'],
    ] as const) {
      writeFileSync(file, readFileSync(file, 'utf8').replace(before, after))
      // No pause, because requests that run while the compiler writes must not store output of the old code.
      await expect.poll(text, { timeout: 60_000, interval: 1 }).toContain(`${after} wording`)
      expect(await text()).toContain(`versioned ${after} wording`)
    }
  })
}
