import type { Page } from 'playwright-core'

/** Finds texts whose contrast with their background is below level AA of WCAG 2.2. */
export function findUnreadableTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 1
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('There is no canvas.')

    /** Blends the colours in order. @returns [red, green, blue, alpha] */
    const blend = (...colours: string[]) => {
      context.clearRect(0, 0, 1, 1)
      for (const colour of colours) {
        context.fillStyle = colour
        context.fillRect(0, 0, 1, 1)
      }
      return [...context.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (colour: number[]) => {
      const [red = 0, green = 0, blue = 0] = colour.map((part) => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const contrast = (one: number[], other: number[]) => {
      const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
      return (light + 0.05) / (dark + 0.05)
    }
    const findBackground = (element: Element): string => {
      for (let around: Element | null = element; around; around = around.parentElement) {
        const { backgroundColor } = getComputedStyle(around)
        if (blend(backgroundColor)[3] === 255) return backgroundColor
      }
      return 'white'
    }

    const faults = new Set<string>()
    for (const element of document.body.querySelectorAll('*')) {
      const text = [...element.childNodes].find((node) => node.nodeType === 3 && node.nodeValue?.trim())
      // Styles do not show the background of a poster.
      if (!text || !element.checkVisibility() || element.closest('svg, script, style, .poster, :disabled'))
        continue
      const { color, fontSize, fontWeight } = getComputedStyle(element)
      const background = findBackground(element)
      const isLarge = parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24)
      const ratio = contrast(blend(background, color), blend(background))
      if (ratio < (isLarge ? 3 : 4.5)) {
        faults.add(`${element.tagName}.${element.className} "${text.nodeValue}" ${ratio.toFixed(1)}`)
      }
    }
    return [...faults]
  })
}

/** Finds parts that a screen reader or a keyboard cannot use. */
export function findInaccessibleParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
    const toSnippet = (element: Element) => element.outerHTML.slice(0, 120)
    const expectCount = (selector: string, expected: number) => {
      const matchCount = all(selector).length
      if (matchCount !== expected) faults.push(`${matchCount} × ${selector}`)
    }
    const getAccessibleName = (element: HTMLElement): string => {
      const labels = element.getAttribute('aria-labelledby')?.split(' ') ?? []
      const texts = [
        element.getAttribute('aria-label'),
        ...labels.map((id) => document.getElementById(id)?.textContent),
        ...[...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent),
        element.getAttribute('alt'),
        /^(A|BUTTON|SUMMARY)$/.test(element.tagName) ? element.textContent : '',
      ]
      return texts.join('').trim()
    }

    for (const landmark of ['html[lang]', 'h1', 'main', 'body > header', 'body > header nav'])
      expectCount(landmark, 1)
    for (const element of all(
      'a[href], button, summary, input:not([type=hidden]), select, textarea, nav, [role=img]',
    )) {
      if (getAccessibleName(element) === '') faults.push(`no name: ${toSnippet(element)}`)
    }
    for (const image of all(
      'img:not([alt]), svg:not([aria-hidden=true], [role=img], [aria-hidden=true] *, [role=img] *)',
    )) {
      faults.push(`image without a name: ${toSnippet(image)}`)
    }
    for (const element of all('[aria-labelledby], [aria-describedby], [aria-controls], label[for]')) {
      for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
        for (const id of element.getAttribute(attribute)?.split(' ') ?? []) {
          if (document.getElementById(id) === null)
            faults.push(`${attribute} has no target: ${toSnippet(element)}`)
        }
      }
    }
    const ids = all('[id]').map(({ id }) => id)
    for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
      faults.push(`duplicate: #${id}`)
    for (const element of all('[tabindex]'))
      if (element.tabIndex > 0) faults.push(`positive tabindex: ${toSnippet(element)}`)
    return faults
  })
}

/** Finds elements wider than the window, for which a reader has to scroll sideways. */
export function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const scrolled = document.scrollingElement?.scrollWidth ?? 0
    if (scrolled <= width) return []
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      return element.getBoundingClientRect().right > width + 1
    })
    return [`${scrolled} pixels on ${width}`, ...wide.map((element) => element.outerHTML.slice(0, 100))]
  })
}

/** Finds targets smaller than the 24 pixels that WCAG 2.2 requires outside of sentences. */
export function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = [...document.querySelectorAll('button, input, select, summary, nav a, header a')]
    return targets.flatMap((target) => {
      const { width, height } = target.getBoundingClientRect()
      const isHidden = !target.checkVisibility() || target.matches('.skip')
      if (isHidden || (width >= 24 && height >= 24)) return []
      return `${width.toFixed(0)} × ${height.toFixed(0)}: ${target.outerHTML.slice(0, 100)}`
    })
  })
}

/** Finds words of common length that are broken over two lines, as in a column that is too narrow. */
export function findBrokenWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const broken: string[] = []
    while (texts.nextNode()) {
      const { currentNode: text } = texts
      if (!text.parentElement?.checkVisibility()) continue
      for (const { index, 0: word } of text.nodeValue?.matchAll(/[\p{L}\p{N},.]{2,14}/gu) ?? []) {
        const range = document.createRange()
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word)
      }
    }
    return broken
  })
}
