import { act, createElement } from 'react'
import { hydrateRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  createBehaviourProps,
  replaceBehaviours,
  type ShellCheck,
} from '../../../lib/next/client/behaviourProps.ts'
import { routerLinks } from '../../../lib/next/internals/routerLinks.ts'
import { encodeLinkOptions } from '../../../lib/next/linkOptions.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

const LINK = encodeLinkOptions({ prefetch: 'auto', isDynamicOnHover: false, replaces: false, scrolls: true })
const HTML = '<a href="/one">one</a>'

const router = { push: vi.fn() } as unknown as Parameters<typeof createBehaviourProps>[1]['router'] & {
  push: ReturnType<typeof vi.fn>
}
let watched: string[] = []
let root: Root | undefined

beforeEach(() => {
  watched = []
  router.push.mockClear()
  vi.spyOn(routerLinks, 'watch').mockImplementation((anchor) => void watched.push(anchor.textContent))
  vi.spyOn(routerLinks, 'isLocal').mockReturnValue(true)
})

afterEach(async () => {
  await act(async () => root?.unmount())
  document.body.replaceChildren()
  vi.restoreAllMocks()
})

/** Hydrates an element that shows a link. A test decides when the origin of the element is known. */
async function hydrate(shellCheck?: Partial<ShellCheck>) {
  const container = document.createElement('div')
  container.innerHTML = `<p>${HTML}</p>`
  document.body.append(container)
  const callbacks: ((isInShell: boolean) => void)[] = []
  const isShown = vi.fn(() => true)
  const props = createBehaviourProps(LINK, {
    router,
    shellCheck: shellCheck && {
      whenKnown: (callback) => void callbacks.push(callback),
      isShown,
      ...shellCheck,
    },
  })
  const element = createElement('p', { ...props, dangerouslySetInnerHTML: { __html: HTML } })
  await act(async () => (root = hydrateRoot(container, element)))
  const paragraph = container.firstElementChild as Element
  return {
    paragraph,
    isShown,
    decide: (isInShell: boolean) => {
      for (const callback of callbacks) callback(isInShell)
    },
    click: () => act(async () => paragraph.querySelector('a')?.click()),
  }
}

it('links work at once in a document without a stored shell', async () => {
  const { click } = await hydrate()
  expect(watched).toEqual(['one'])
  await click()
  expect(router.push).toHaveBeenCalledWith('/one', { scroll: true })
})

it('links beside a stored shell are mounted without a look at their content', async () => {
  const { decide, isShown } = await hydrate({})
  expect(watched).toEqual([])
  decide(false)
  expect(watched).toEqual(['one'])
  expect(isShown).not.toHaveBeenCalled()
})

it('links in a stored shell are mounted if the shell shows them', async () => {
  const { decide } = await hydrate({})
  decide(true)
  expect(watched).toEqual(['one'])
})

it('links of an older state in a stored shell are left alone until it is replaced', async () => {
  let isReplaced = false
  const { decide, paragraph, click } = await hydrate({ isShown: () => isReplaced })
  decide(true)
  await click()
  expect([watched, router.push.mock.calls]).toEqual([[], []])
  isReplaced = true
  replaceBehaviours(paragraph, () => (paragraph.innerHTML = '<a href="/two">two</a>'))
  decide(true)
  expect(watched).toEqual(['two'])
})

it('a click on a link is followed before the origin of the link is known', async () => {
  const { click, decide } = await hydrate({})
  await click()
  expect(router.push).toHaveBeenCalledTimes(1)
  decide(true)
  expect(watched).toEqual(['one'])
})

it('an element that is unmounted while it waits gets no behaviours', async () => {
  const { decide } = await hydrate({})
  await act(async () => root?.unmount())
  decide(false)
  expect(watched).toEqual([])
})
