import { createRequire } from 'node:module'
import fc from 'fast-check'
import { addHookAliases } from 'next/dist/server/require-hook.js'
import Image from 'next/image.js'
import type { LinkProps } from 'next/link.js'
import { createElement, type ReactElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { convertImage } from '../../lib/next/convertImage.ts'
import { convertLink } from '../../lib/next/convertLink.ts'
import { decodeImageOptions, encodeImageOptions } from '../../lib/next/imageOptions.ts'
import { decodeLinkOptions, encodeLinkOptions } from '../../lib/next/linkOptions.ts'
import { BEHAVIOUR } from '../../lib/react/compaction/behaviours.ts'
import type { Props } from '../../lib/react/compaction/shape.ts'

// The module of links needs an alias of Next's bundlers.
addHookAliases([
  [
    'react-server-dom-webpack/client',
    createRequire(import.meta.url).resolve('next/dist/compiled/react-server-dom-webpack/client.node.js'),
  ],
])

const { default: Link } = (await import('next/dist/client/app-dir/link.js')) as unknown as {
  default: (props: LinkProps & { children?: ReactNode }) => ReactNode
}

const optional = <T,>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const flag = optional(true, false)
const element = (type: unknown, props: object) => createElement(type as 'a', props) as ReactElement<Props>
const getBehaviour = ({ props }: ReactElement<Props>) =>
  (props as { readonly [BEHAVIOUR]?: string })[BEHAVIOUR]

const hrefs = [
  '/',
  '/news/today/',
  'relative',
  './a/../b',
  '?page=2',
  '#top',
  '',
  ' /spaces \t',
  '//other.example/a',
  'https://other.example/a?b=1&c="2"',
  'HTTPS://OTHER.EXAMPLE',
  'mailto:a@b.example',
  'data:text/html,<b>',
  ['java', 'script:alert(1)'].join(''),
  ['java', '\nscript:alert(1)'].join(''),
  '/ä?ö=<ü>#ß',
  '/%2F%',
  '\\\\other.example',
] as const

const hrefObjects = [
  { pathname: '/a', query: { b: 1, c: ['d', 'e f'] }, hash: 'g' },
  { query: { page: 2 } },
  { pathname: '/a?b', search: 'c=1' },
  { protocol: 'https', host: 'other.example', pathname: 'a' },
  { hostname: 'other.example', port: 80, auth: 'a:b', slashes: true },
  {},
]

const links = fc.record({
  href: fc.oneof(fc.constantFrom(...hrefs), fc.constantFrom(...hrefObjects)),
  as: optional('/as', ''),
  prefetch: optional<unknown>(true, false, null, 'auto'),
  replace: flag,
  scroll: flag,
  unstable_dynamicOnHover: flag,
  passHref: flag,
  shallow: flag,
  target: optional('_blank', '_self'),
  className: optional('card'),
  style: optional({ color: 'red' }),
  'aria-label': optional('label'),
  children: fc.constantFrom<ReactNode>('text', undefined, createElement('b', null, 'bold')),
})

const pixels = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

const images = fc.record({
  src: fc.constantFrom<unknown>(
    '/a.png',
    '/a.svg',
    pixels,
    { src: '/static.png', width: 20, height: 10, blurDataURL: pixels },
    { default: { src: '/static.png', width: 20, height: 10 } },
  ),
  alt: fc.constantFrom('', 'alt "text"'),
  width: optional<unknown>(40, '41'),
  height: optional<unknown>(40, '41'),
  fill: flag,
  sizes: optional('100vw', '(min-width: 40em) 50vw, 100vw'),
  quality: optional<unknown>(75),
  unoptimized: flag,
  loading: optional('lazy', 'eager'),
  priority: flag,
  preload: flag,
  fetchPriority: optional('high', 'low'),
  placeholder: optional('blur', 'empty', pixels),
  blurDataURL: optional(pixels),
  className: optional('poster'),
  style: optional<object>({ objectFit: 'contain' }, { color: 'red' }, { border: '1px solid' }),
  decoding: optional('sync'),
  overrideSrc: optional('/override.png'),
})

describe('convertLink', () => {
  it('a link becomes the anchor that next/link writes', () => {
    fc.assert(
      fc.property(links, (props) => {
        const converted = convertLink(element(Link, props))
        expect(converted).toBeDefined()
        expect(renderToString(converted)).toBe(renderToString(element(Link, props)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('a link keeps what a click and a prefetch depend on', () => {
    const props = { href: '/', prefetch: true, replace: true, scroll: false, unstable_dynamicOnHover: true }
    const converted = convertLink(element(Link, props))
    expect(converted && decodeLinkOptions(getBehaviour(converted) ?? '')).toEqual({
      prefetch: 'full',
      replaces: true,
      scrolls: false,
      isDynamicOnHover: true,
    })
  })

  const refused: Record<string, object> = {
    'a handler of navigations': { href: '/', onNavigate: () => {} },
    'the legacy behaviour': { href: '/', legacyBehavior: true, children: createElement('a') },
    'types of a transition': { href: '/', transitionTypes: ['slide'] },
    'HTML of its own': { href: '/', dangerouslySetInnerHTML: { __html: '<b>a</b>' } },
    'no href': { href: undefined },
    'an href that is no URL': { href: 5 },
    'a pattern of a route': { href: '/posts/[id]' },
    'an unknown kind of prefetch': { href: '/', prefetch: 'unknown' },
  }
  for (const [name, props] of Object.entries(refused)) {
    it(`a link stays a component: ${name}`, () => {
      expect(convertLink(element(Link, props))).toBeUndefined()
    })
  }
})

describe('convertImage', () => {
  it('an image becomes the element that next/image writes', () => {
    let count = 0
    fc.assert(
      fc.property(images, (props) => {
        const converted = convertImage(element(Image, props))
        if (converted === undefined) return
        count++
        const written = renderToString(element(Image, props)).replace(/^(<link rel="preload"[^>]*>)*/, '')
        expect(renderToString(converted).replace(/^(<link rel="preload"[^>]*>)*/, '')).toBe(written)
      }),
      { numRuns: 2_000 },
    )
    expect(count).toBeGreaterThan(100)
  })

  it('an image keeps what has to change when it is loaded', () => {
    const behaviourOf = (props: object) => {
      const converted = convertImage(
        element(Image, { src: '/a.png', alt: '', width: 1, height: 1, ...props }),
      )
      const code = converted && getBehaviour(converted)
      return code && decodeImageOptions(code)
    }
    expect(behaviourOf({})).toEqual({ hidesAltText: true, hasPlaceholder: false })
    expect(behaviourOf({ placeholder: 'blur', blurDataURL: pixels, width: 64, height: 64 })).toEqual({
      hidesAltText: true,
      hasPlaceholder: true,
    })
    expect(behaviourOf({ style: { color: 'red' } })).toBeUndefined()
  })

  const refused: Record<string, object> = {
    'a handler of its load': { onLoad: () => {} },
    'a handler of its failure': { onError: () => {} },
    'no source': { src: '' },
    'no alternative text': { alt: undefined },
    'no size': { width: undefined },
    'a loader': { loader: () => '/b.png' },
    'an old layout': { layout: 'fill' },
    'a preload that React leaves out': { preload: true, fetchPriority: 'low' },
    'an image of its own behind its placeholder': {
      placeholder: 'blur',
      blurDataURL: pixels,
      style: { backgroundImage: 'url(/own.png)' },
    },
    'a background behind its placeholder': {
      placeholder: 'blur',
      blurDataURL: pixels,
      style: { backgroundColor: 'red' },
    },
  }
  for (const [name, props] of Object.entries(refused)) {
    it(`an image stays a component: ${name}`, () => {
      const all = { src: '/a.png', alt: '', width: 64, height: 64, ...props }
      expect(convertImage(element(Image, all))).toBeUndefined()
    })
  }
})

describe('the letters of behaviours', () => {
  it('each set of options has a letter of its own', () => {
    const letters = new Set<string>()
    for (const prefetch of ['auto', 'full', 'none'] as const)
      for (const isDynamicOnHover of [true, false])
        for (const replaces of [true, false])
          for (const scrolls of [true, false]) {
            const options = { prefetch, isDynamicOnHover, replaces, scrolls }
            const letter = encodeLinkOptions(options)
            expect(decodeLinkOptions(letter)).toEqual(options)
            expect(decodeImageOptions(letter)).toBeUndefined()
            letters.add(letter)
          }
    for (const hidesAltText of [true, false])
      for (const hasPlaceholder of [true, false]) {
        const letter = encodeImageOptions({ hidesAltText, hasPlaceholder })
        expect(decodeImageOptions(letter)).toEqual({ hidesAltText, hasPlaceholder })
        expect(decodeLinkOptions(letter)).toBeUndefined()
        letters.add(letter)
      }
    expect(letters.size).toBe(28)
    expect([decodeLinkOptions('.'), decodeImageOptions('.')]).toEqual([undefined, undefined])
  })
})
