import { expect } from 'vitest'
import type { Site, SiteOptions } from '../../../support/nextSite.ts'
import type { Mode } from '../site/Fragment.tsx'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { back, fill, forward, go, load } from '../visits.ts'

interface Subject {
  readonly scene: string
  readonly mode: Mode
  readonly fragment: string
}

const subjects: Record<string, Subject> = {
  'one fragment of every kind of element': { scene: 'every', mode: 'cached', fragment: 'every' },
  'fragments side by side': { scene: 'every', mode: 'apart', fragment: 'Text' },
  'links of next/link': { scene: 'links', mode: 'cached', fragment: 'links' },
  'images of next/image': { scene: 'images', mode: 'cached', fragment: 'images' },
  'HTML of a CMS': { scene: 'article', mode: 'cached', fragment: 'article' },
  'declared components': { scene: 'declared', mode: 'cached', fragment: 'declared' },
  'the late content of a fragment': { scene: 'late', mode: 'cached', fragment: 'late' },
}

/** A page of cached fragments has the DOM of the same page without them, node by node. */
export function sameDom(
  test: BrowserTest,
  site: () => Site,
  { cacheComponents, development }: SiteOptions,
): void {
  for (const [name, { scene, mode, fragment }] of Object.entries(subjects)) {
    // One kind of site is enough, because the kinds differ only in the server.
    if (mode === 'apart' && (development || cacheComponents)) continue
    const fillFragments = async () => {
      await fill(site(), `/${mode}/${scene}`, `${fragment}["${mode}"]`)
      await fill(site(), `/stored/${scene}`, `${scene}["stored"]`)
      return site().count(`hit ${fragment}["${mode}"]`)
    }

    // With `cacheComponents` scripts move the content that depends on the request into place.
    if (!cacheComponents) {
      test(`the document before any script has the DOM of its twin: ${name}`, async ({ newVisitor }) => {
        const hits = await fillFragments()
        // Without the cache, late content has not arrived, and only a script would move it into place.
        const twin = scene === 'late' ? 'stored' : 'plain'
        const options = { comparison: 'exact', twin, javaScriptEnabled: false } as const
        await expectSameDom(newVisitor, mode, options, (page, mode) => page.goto(`/${mode}/${scene}`))
        expect(await site().count(`hit ${fragment}["${mode}"]`)).toBeGreaterThan(hits)
      })
    }

    test(`the hydrated document has the DOM of its twin: ${name}`, async ({ newVisitor }) => {
      await fillFragments()
      await expectSameDom(newVisitor, mode, { comparison: 'exact' }, (page, mode) =>
        load(page, `/${mode}/${scene}`),
      )
    })

    test(`the page after navigation, back and forward has the DOM of its twin: ${name}`, async ({
      newVisitor,
    }) => {
      await fillFragments()
      await expectSameDom(
        newVisitor,
        mode,
        { comparison: 'mounted' },
        (page) => load(page, '/plain/home'),
        (page, mode) => go(page, `/${mode}/${scene}`),
        (page) => back(page, '/plain/home'),
        (page, mode) => forward(page, `/${mode}/${scene}`),
      )
    })

    test(`the page after a return to its document has the DOM of its twin: ${name}`, async ({
      newVisitor,
    }) => {
      await fillFragments()
      await expectSameDom(
        newVisitor,
        mode,
        { comparison: 'mounted' },
        (page, mode) => load(page, `/${mode}/${scene}`),
        (page) => go(page, '/plain/home'),
        (page, mode) => back(page, `/${mode}/${scene}`),
        (page) => forward(page, '/plain/home'),
        (page, mode) => back(page, `/${mode}/${scene}`),
      )
    })
  }
}
