import type { ImageOptions } from '../imageOptions.ts'

interface FollowOptions {
  /** Returns nothing for an `<img>` that is no `next/image`. */
  findOptions(element: Element): ImageOptions | undefined
  /** Called before a style is changed. */
  readonly onBeforeChange?: (() => void) | undefined
}

/**
 * Removes the placeholder of an image that is loaded, and shows the alternative text of one that cannot be loaded.
 *
 * Follows `handleLoading` and `ImageElement` in `next/dist/client/image-component.js`.
 *
 * @param elements the images in `root`, and other elements
 * @returns a function that ends it
 */
export function followImages(
  root: Element,
  elements: readonly Element[],
  { findOptions, onBeforeChange }: FollowOptions,
): () => void {
  const removePlaceholder = async (image: HTMLImageElement) => {
    if (!findOptions(image)?.hasPlaceholder) return
    try {
      await image.decode()
    } catch {
      // The browser shows what it has.
    }
    if (image.isConnected) removeStyles(image, PLACEHOLDER_STYLES)
  }
  const removeStyles = (image: HTMLImageElement, names: readonly string[]) => {
    onBeforeChange?.()
    for (const name of names) image.style.removeProperty(name)
  }
  const onLoad = ({ target }: Event) => {
    void removePlaceholder(target as HTMLImageElement)
  }
  const onError = ({ target }: Event) => {
    const options = findOptions(target as Element)
    if (options?.hidesAltText) removeStyles(target as HTMLImageElement, ['color'])
    if (options?.hasPlaceholder) removeStyles(target as HTMLImageElement, PLACEHOLDER_STYLES)
  }
  for (const element of elements)
    if ((element as HTMLImageElement).complete) void removePlaceholder(element as HTMLImageElement)
  // The fields of a form hide its methods by their names.
  const { addEventListener, removeEventListener } = EventTarget.prototype
  // These events do not bubble.
  addEventListener.call(root, 'load', onLoad, true)
  addEventListener.call(root, 'error', onError, true)
  return () => {
    removeEventListener.call(root, 'load', onLoad, true)
    removeEventListener.call(root, 'error', onError, true)
  }
}

const PLACEHOLDER_STYLES = [
  'background-size',
  'background-position',
  'background-repeat',
  'background-image',
] as const
