import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { fill, waitUntilLive } from '../visits.ts'

const forms = {
  'save plainly': '?saved=',
  'save bound': '?name=a+%26+b',
  'save otherwise': '?name=other',
  'save inline': '?name=closed+over',
}

export function actions(test: BrowserTest, site: () => Site): void {
  for (const javaScriptEnabled of [true, false]) {
    test(`forms of a hit call their Server Actions ${javaScriptEnabled ? 'with' : 'without'} scripts`, async ({
      newVisitor,
    }) => {
      await fill(site(), '/cached/every', 'every["cached"]')
      const page = await newVisitor({ javaScriptEnabled })
      for (const [button, query] of Object.entries(forms)) {
        await page.goto('/cached/every')
        if (javaScriptEnabled) await waitUntilLive(page)
        await page.getByRole('button', { name: button, exact: true }).click()
        await page.waitForURL(/home/)
        expect(new URL(page.url()).search).toBe(query)
      }
    })
  }
}
