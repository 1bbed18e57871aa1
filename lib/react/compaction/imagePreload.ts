import type { Props } from './shape.ts'

/**
 * A prop of an `<img>` that a client component has rendered: whether the component preloads the image itself, wherever it is. React
 * ignores symbols.
 */
export const PRELOADS_ITSELF: unique symbol = Symbol('preloadsItself')

/**
 * Stands for a call of `preload()` by a client component, besides the letters of Flight. A browser has to repeat it when it
 * shows the component, and not when it reads the data of a page that it prefetches.
 */
export const COMPONENT_PRELOAD = 'l'

/** The arguments with which React preloads an image. */
export interface ImagePreload {
  readonly src: string
  /** Those of `preload()` in `react-dom`, without `as`. */
  readonly options: Props
  /** What the image has as {@link PRELOADS_ITSELF}. Absent for an image that no client component has rendered. */
  readonly preloadsItself: boolean | undefined
}

/**
 * Returns the preload of an `<img>` for which React tells the browser to preload the image. In HTML, React does not see it.
 *
 * Follows `getChildFormatContext` in `react-server-dom-*-server`.
 */
export function getImagePreload(props: ImageProps): ImagePreload | undefined {
  const { loading, fetchPriority, src, srcSet, sizes, crossOrigin } = props
  if (loading === 'lazy' || fetchPriority === 'low' || !(src || srcSet)) return undefined
  if (!isTextOrAbsent(src) || !isTextOrAbsent(srcSet) || isDataUrl(src) || isDataUrl(srcSet)) return undefined
  return {
    // React writes no `href` beside a `srcSet`, but requires one.
    src: src || srcSet || '',
    options: {
      imageSrcSet: srcSet,
      imageSizes: typeof sizes === 'string' ? sizes : undefined,
      crossOrigin: typeof crossOrigin === 'string' ? toCredentials(crossOrigin) : undefined,
      integrity: props.integrity,
      type: props.type,
      fetchPriority,
      referrerPolicy: props.referrerPolicy,
    },
    preloadsItself: props[PRELOADS_ITSELF],
  }
}

type ImageProps = Props & { readonly [PRELOADS_ITSELF]?: boolean }

function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string'
}

function isDataUrl(url: string | null | undefined): boolean {
  return url != null && /^data:/i.test(url)
}

function toCredentials(crossOrigin: string): string {
  return crossOrigin === 'use-credentials' ? crossOrigin : ''
}
