import type { ImageProps } from 'next/image.js'
import type { ReactElement } from 'react'
import { BEHAVIOUR } from '../react/compaction/behaviours.ts'
import { PRELOADS_ITSELF } from '../react/compaction/imagePreload.ts'
import type { Props } from '../react/compaction/shape.ts'
import { changeElement } from '../react/reactInternals.ts'
import { encodeImageOptions } from './imageOptions.ts'
import { getImageAttributes } from './internals/getImageAttributes.ts'

/**
 * Returns the `<img>` that a `next/image` renders. Returns nothing for an image that needs its component, and for one with
 * props that the component refuses.
 */
export function convertImage(element: ReactElement<Props>): ReactElement<Props> | undefined {
  const { props } = element
  if (!isVisible(props) || needsComponent(props)) return undefined
  const ownStyle = Object(props.style) as Props
  try {
    const attributes = getImageAttributes(props as unknown as ImageProps)
    const style = Object(attributes.style) as Props
    const hasPlaceholder = style.backgroundImage !== ownStyle.backgroundImage
    // When the image is loaded, the component restores these.
    if (hasPlaceholder && Object.keys(ownStyle).some((name) => name.startsWith('background')))
      return undefined
    const hidesAltText = style.color === 'transparent' && ownStyle.color === undefined
    const hasBehaviour = hidesAltText || hasPlaceholder
    const behaviour = hasBehaviour && { [BEHAVIOUR]: encodeImageOptions({ hidesAltText, hasPlaceholder }) }
    return changeElement(element, {
      type: 'img',
      props: { ...attributes, ...behaviour, [PRELOADS_ITSELF]: Boolean(props.priority || props.preload) },
    }) as ReactElement<Props>
  } catch {
    return undefined
  }
}

function needsComponent(props: Props): boolean {
  const { onLoad, onError, onLoadingComplete, loader, layout, loading, fetchPriority } = props
  // An older version had `layout`, and its values have effects that are not followed here.
  if ([onLoad, onError, onLoadingComplete, loader, layout].some((value) => value != null)) return true
  // The component preloads such an image, and React does not.
  return Boolean(props.priority || props.preload) && (loading === 'lazy' || fetchPriority === 'low')
}

/** Whether the component writes an image without warning in development that an attribute is missing. */
function isVisible({ src, alt }: Props): boolean {
  return Boolean(src) && typeof alt === 'string'
}
