import { addBasePath } from 'next/dist/client/add-base-path.js'
import { formatUrl } from 'next/dist/shared/lib/router/utils/format-url.js'
import { isAbsoluteUrl } from 'next/dist/shared/lib/utils.js'
import Link from 'next/link.js'
import type { ReactElement } from 'react'
import { getClientReferenceId, isClientReference } from '../../react/reactInternals.ts'

/**
 * The id of the component behind `next/link`. With webpack, `next/link` is a server component around it.
 */
export function getLinkId(): string | undefined {
  if (isClientReference(Link)) return getClientReferenceId(Link)
  const render = Link as unknown as (props: { href: string }) => ReactElement
  return getClientReferenceId(render({ href: '/' }).type as unknown as object)
}

/** The `href` attribute that `next/link` writes. */
export function toHref(url: string | object): string {
  const href = typeof url === 'string' ? url : formatUrl(url)
  return isAbsoluteUrl(href) ? href : addBasePath(href)
}
