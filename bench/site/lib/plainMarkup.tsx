import { format, type UrlObject } from 'node:url'
import { getImageProps, type ImageProps } from 'next/image'
import type { ComponentProps } from 'react'

// The elements that Next's components render, without a component for the browser.

type PlainLinkProps = Omit<ComponentProps<'a'>, 'href'> & { href: string | UrlObject }

export function PlainLink({ href, ...attributes }: PlainLinkProps) {
  return <a {...attributes} href={typeof href === 'string' ? href : format(href)} />
}

export function PlainImage(props: ImageProps) {
  const { alt, ...attributes } = getImageProps(props).props
  // biome-ignore lint/performance/noImgElement: the image to compare `next/image` with
  return <img alt={alt} {...attributes} />
}
