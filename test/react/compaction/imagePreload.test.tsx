import fc from 'fast-check'
import { type ComponentProps, Suspense } from 'react'
import { preload } from 'react-dom'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { getImagePreload, PRELOADS_ITSELF } from '../../../lib/react/compaction/imagePreload.ts'
import { prepareCompactTree } from '../../../lib/react/compaction/prepareCompactTree.ts'

type ImageProps = ComponentProps<'img'>

/** Repeats the preload of an image in its place. */
function Preloaded({ image }: { image: ImageProps }) {
  const found = getImagePreload({ ...image })
  if (found) preload(found.src, { ...found.options, as: 'image' })
  return null
}

const optional = <T,>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })

const images = fc.record({
  src: optional(
    '/a.png',
    '/b.png?a=1&b="2"',
    'https://other.example/c.png',
    'data:image/gif;base64,R0',
    'DATA:,',
  ),
  srcSet: optional('/a.png 1x, /a2.png 2x', 'data:image/gif;base64,R0 1x'),
  sizes: optional('100vw', '(min-width: 40em) 50vw, 100vw'),
  loading: optional('lazy', 'eager'),
  fetchPriority: optional('high', 'low', 'auto'),
  crossOrigin: optional('anonymous', 'use-credentials', ''),
  referrerPolicy: optional('no-referrer'),
}) as fc.Arbitrary<ImageProps>

const sortAttributes = (tag: string) => tag.match(/[a-zA-Z]+="[^"]*"/g)?.sort()

describe('getImagePreload', () => {
  it('an image is preloaded as React preloads it', () => {
    fc.assert(
      fc.property(images, (image) => {
        const written = renderToString(<img alt="" {...image} />)
        const repeated = renderToString(<Preloaded image={image} />)
        expect(sortAttributes(repeated)).toEqual(sortAttributes(written.replace(/<img .*/s, '')))
      }),
      { numRuns: 500 },
    )
  })

  it('an image that is not inside of an element stays an element if React preloads it', () => {
    const { preloads, tree } = prepareCompactTree([
      <img key="1" src="/a.png" alt="" />,
      <img key="2" src="/lazy.png" alt="" loading="lazy" />,
    ])
    expect(preloads).toEqual([])
    expect(tree.slots).toMatchObject([{ type: 'img', props: { src: '/a.png' } }])
  })

  it('a tree lists the preloads of its images, also of those inside a boundary', () => {
    const { preloads } = prepareCompactTree(
      <div>
        <img src="/a.png" alt="" />
        <img src="/lazy.png" alt="" loading="lazy" />
        <picture>
          <span>
            <img src="/b.png" alt="" />
          </span>
        </picture>
        <noscript>
          <img src="/noscript.png" alt="" />
        </noscript>
        <Suspense>
          <p>
            <img src="/c.png" alt="" fetchPriority="high" />
          </p>
        </Suspense>
      </div>,
    )
    expect(preloads.map(({ src }) => src)).toEqual(['/a.png', '/c.png'])
  })

  it('an image whose component preloads it is preloaded in a picture, and at the root', () => {
    const own = { [PRELOADS_ITSELF]: true }
    const { preloads, tree } = prepareCompactTree([
      <picture key="1">
        <img src="/own.png" alt="" {...own} />
        <img src="/other.png" alt="" {...{ [PRELOADS_ITSELF]: false }} />
      </picture>,
      <img key="2" src="/root.png" alt="" {...own} />,
    ])
    expect(preloads.map(({ src }) => src)).toEqual(['/own.png', '/root.png'])
    expect(tree.slots).toEqual([])
  })
})
