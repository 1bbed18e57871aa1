import { Image } from 'next/dist/client/image-component.js'
import { getImageProps, type ImageProps } from 'next/image.js'
import { getClientReferenceId } from '../../react/reactInternals.ts'

/** The id of the component behind `next/image`. */
export function getImageId(): string | undefined {
  return getClientReferenceId(Image)
}

/**
 * The attributes that `next/image` writes before the image is loaded, in the order in which it writes them.
 *
 * Follows `ImageElement` in `next/dist/client/image-component.js`.
 *
 * @throws {Error} for props that the component refuses
 */
export function getImageAttributes(props: ImageProps): Record<string, unknown> {
  const { fetchPriority, loading, width, height, decoding, className, style, sizes, srcSet, src, ...rest } =
    getImageProps(props).props
  return {
    ...rest,
    fetchPriority,
    loading,
    width,
    height,
    decoding,
    'data-nimg': props.fill ? 'fill' : '1',
    className,
    style,
    sizes,
    srcSet,
    src,
  }
}
