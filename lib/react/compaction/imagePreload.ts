import type { Props } from './shape.ts'

/** The arguments with which React preloads an image. */
export interface ImagePreload {
  readonly src: string
  /** Those of `preload()` in `react-dom`, without `as`. */
  readonly options: Props
}

/**
 * Returns the preload of an `<img>` for which React tells the browser to preload the image. In HTML, React does not see it.
 *
 * Follows `getChildFormatContext` in `react-server-dom-*-server`.
 */
export function getImagePreload(props: Props): ImagePreload | undefined {
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
  }
}

function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string'
}

function isDataUrl(url: string | null | undefined): boolean {
  return url != null && /^data:/i.test(url)
}

function toCredentials(crossOrigin: string): string {
  return crossOrigin === 'use-credentials' ? crossOrigin : ''
}
