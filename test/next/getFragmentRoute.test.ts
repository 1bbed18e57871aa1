import { expect, it } from 'vitest'
import { getFragmentRoute, rememberUrl } from '../../lib/next/getFragmentRoute.ts'
import type { RenderContext } from '../../lib/next/internals/renderContext.ts'

type Unit = { type: string; url?: { pathname: string; search?: string }; implicitTags?: { tags: string[] } }

/** Creates a page, and returns a function that renders a fragment in it and returns its route. */
function createPage() {
  const work = {}
  return (unit: Unit, vary?: unknown) => {
    const context = { work, unit } as unknown as RenderContext
    rememberUrl(context)
    return vary === undefined ? undefined : getFragmentRoute(context, vary)
  }
}

const request = { type: 'request', url: { pathname: '/list', search: '?page=2&token=x' } }
const cache = { type: 'cache', implicitTags: { tags: ['_N_T_/layout', '_N_T_/list'] } }
const fragment = { type: 'cache' }

it('a route has the path of the page, and the search params in `vary`', () => {
  expect(createPage()(request, ['2'])).toBe('/list?page=2')
  expect(createPage()(request, ['3'])).toBe('/list')
})

it('a fragment inside another has the route of the page', () => {
  const renderFragment = createPage()
  renderFragment(request, ['2'])
  expect(renderFragment(fragment, ['2'])).toBe('/list?page=2')
})

it("a route inside `'use cache'` has the search of an earlier fragment of the page", () => {
  const renderFragment = createPage()
  renderFragment(request)
  expect(renderFragment(cache, ['2'])).toBe('/list?page=2')
})

it("a route inside `'use cache'` has no search before other fragments", () => {
  const renderFragment = createPage()
  expect(renderFragment(cache, ['2'])).toBe('/list')
  expect(renderFragment(fragment, ['2'])).toBe('/list')
  expect(renderFragment(request, ['2'])).toBe('/list?page=2')
  expect(renderFragment(fragment, ['2'])).toBe('/list?page=2')
})
