import { expect, it } from 'vitest'
import { getFragmentRoute, rememberUrl } from '../../lib/next/getFragmentRoute.ts'
import type { RenderContext } from '../../lib/next/internals/renderContext.ts'

type Unit = { type: string; url?: { pathname: string; search?: string }; implicitTags?: { tags: string[] } }

/** The fragments of one page, each with what Next tells where it stands. */
function page() {
  const nextRequest = {}
  return (unit: Unit, vary?: unknown) => {
    const context = { request: nextRequest, unit } as unknown as RenderContext
    rememberUrl(context)
    return vary === undefined ? undefined : getFragmentRoute(context, vary)
  }
}

const request = { type: 'request', url: { pathname: '/list', search: '?page=2&token=x' } }
const cache = { type: 'cache', implicitTags: { tags: ['_N_T_/layout', '_N_T_/list'] } }
const fragment = { type: 'cache' }

it('a fragment has the path of its page, and the search params that it depends on', () => {
  expect(page()(request, ['2'])).toBe('/list?page=2')
  expect(page()(request, ['3'])).toBe('/list')
})

it('one inside another has the path of the page around', () => {
  const fragmentOf = page()
  fragmentOf(request, ['2'])
  expect(fragmentOf(fragment, ['2'])).toBe('/list?page=2')
})

it("a route inside `'use cache'` comes from a fragment before, also from a hit", () => {
  const fragmentOf = page()
  fragmentOf(request)
  expect(fragmentOf(cache, ['2'])).toBe('/list?page=2')
})

it("a route inside `'use cache'` has no search params where it comes first", () => {
  const fragmentOf = page()
  expect(fragmentOf(cache, ['2'])).toBe('/list')
  expect(fragmentOf(fragment, ['2'])).toBe('/list')
  expect(fragmentOf(request, ['2'])).toBe('/list?page=2')
  expect(fragmentOf(fragment, ['2'])).toBe('/list?page=2')
})
