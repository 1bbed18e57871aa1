import type { ReactElement } from 'react'
import type { ConvertMarkup } from '../react/compaction/convertMarkup.ts'
import { createPlainElement, type ElementWithBehavioursProps } from '../react/compaction/createElements.ts'
import type { Props } from '../react/compaction/shape.ts'
import type { Compaction } from '../react/compactOptions.ts'
import { prerenderedByProps } from '../react/prerendered.ts'
import { changeElement, getClientReferenceId, isLazy, readLazy } from '../react/reactInternals.ts'
import { ElementWithBehaviours } from './client/ElementWithBehaviours.ts'
import { convertImage } from './convertImage.ts'
import { convertLink } from './convertLink.ts'
import { getImageId } from './internals/getImageAttributes.ts'
import { getLinkId } from './internals/getLinkId.ts'

type Convert = (element: ReactElement<Props>) => ReactElement<Props> | undefined

const convertersByOptions = new Map<string, ConvertMarkup>()

/**
 * Returns a function that finds the client components that become HTML.
 *
 * @param target whether the HTML is for a page or for another program
 */
export function getMarkupConverter(
  compaction: Compaction,
  target: 'page' | 'export' = 'page',
): ConvertMarkup {
  const { links, images } = compaction
  const name = `${links} ${images} ${target}`
  let converter = convertersByOptions.get(name)
  if (converter === undefined) {
    converter = createConverter(compaction, target)
    convertersByOptions.set(name, converter)
  }
  return converter
}

function createConverter({ links, images }: Compaction, target: 'page' | 'export'): ConvertMarkup {
  const entries: [id: string | undefined, convert: Convert][] = [
    // A nested fragment may have other options.
    [getComponentId(ElementWithBehaviours), convertElementWithBehaviours],
    ...(links ? [[getLinkId(), convertLink] as [string | undefined, Convert]] : []),
    ...(images ? [[getImageId(), convertImage] as [string | undefined, Convert]] : []),
  ]
  const converters = new Map(
    entries.flatMap(([id, convert]) => (id === undefined ? [] : [[normalizeId(id), convert] as const])),
  )
  return (element) => {
    const elements = toStaticElements(element.props, target)
    if (elements !== undefined) return changeElement(elements, { key: element.key }) as ReactElement<Props>
    const id = getComponentId(element.type)
    return id === undefined ? undefined : converters.get(id)?.(element)
  }
}

/** Another program hydrates nothing, not even in development. */
function toStaticElements(props: Props, target: 'page' | 'export'): ReactElement | undefined {
  const prerendered = prerenderedByProps.get(props)
  const isReplaced = target === 'export' ? prerendered?.isStatic : prerendered?.inPage === 'replace'
  return isReplaced ? prerendered?.elements : undefined
}

function convertElementWithBehaviours({ props, key }: ReactElement<Props>): ReactElement<Props> {
  return createPlainElement(props as unknown as ElementWithBehavioursProps, key)
}

/** Flight decodes a reference to a client component to a lazy, which may still be pending. */
function getComponentId(type: unknown): string | undefined {
  try {
    const component = isLazy(type) ? readLazy(type) : type
    const id = getClientReferenceId(Object(component) as object)
    return id === undefined ? undefined : normalizeId(id)
  } catch {
    return undefined
  }
}

/** The default export has a name in the ids of some bundlers. */
function normalizeId(id: string): string {
  const at = id.lastIndexOf('#')
  const [path, exported] = at < 0 ? [id, ''] : [id.slice(0, at), id.slice(at + 1)]
  return `${path}#${exported === 'default' ? '' : exported}`
}
