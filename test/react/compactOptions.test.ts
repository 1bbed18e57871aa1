import { describe, expect, it } from 'vitest'
import { checkCompactProp, resolveCompactOptions } from '../../lib/react/compactOptions.ts'

describe('resolveCompactOptions', () => {
  it('everything becomes HTML by default', () => {
    const all = { links: true, images: true, html: true, components: true }
    expect(resolveCompactOptions(undefined)).toEqual(all)
    expect(resolveCompactOptions(true)).toEqual(all)
    expect(resolveCompactOptions({ links: undefined })).toEqual(all)
  })

  it('a fragment overrides the site, option by option', () => {
    const site = { links: false, images: false }
    const others = { html: true, components: true }
    expect(resolveCompactOptions({ links: true }, site)).toEqual({ links: true, images: false, ...others })
    expect(resolveCompactOptions(undefined, site)).toEqual({ links: false, images: false, ...others })
  })
})

describe('checkCompactProp', () => {
  for (const value of [undefined, true, false, {}, { links: false }, { html: undefined }]) {
    it(`a valid value is accepted: ${JSON.stringify(value)}`, () => {
      expect(() => checkCompactProp('card', value)).not.toThrow()
    })
  }

  for (const value of [null, 'false', 0, [], { link: false }, { links: 'no' }]) {
    it(`an invalid value is refused: ${JSON.stringify(value)}`, () => {
      expect(() => checkCompactProp('card', value)).toThrow(
        expect.objectContaining({ code: 'CC_INVALID_COMPACT', message: expect.stringContaining('"card"') }),
      )
    })
  }
})
