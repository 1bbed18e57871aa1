import type { CachedPath } from '../next/caches/site/routes.ts'
import type { Page, Site } from './nextSite.ts'

/** What a page of the caching site shows. */
export interface ShownPage {
  /** The values of the CMS, or the status of a page that shows none. Parts of different age are separated by commas. */
  readonly value: string
  /** Of all parts. Equal stamps mean that nothing was computed between the reads. */
  readonly stamps: string
  /** The name of the code that has rendered the page. */
  readonly edition: string | undefined
}

const PART = /([\w-]+)=([^\s@<]+)@(\d+-\d+)/g

export function toShownPage({ status, headers, text }: Page): ShownPage {
  const parts = [...(headers.get('location') ?? text).matchAll(PART)]
  const values = parts.flatMap(([, name, value = '']) => (name === 'page' || value === '-' ? [] : value))
  return {
    value: values.length > 0 ? [...new Set(values)].join() : String(status),
    // Next answers a new redirect with two equal locations.
    stamps: [...new Set(parts.map(([, , , stamp]) => stamp))].join(),
    edition: parts.find(([, name]) => name === 'page')?.[2],
  }
}

export async function readShown(site: Site, path: string): Promise<ShownPage> {
  return toShownPage(await site.get(path))
}

type Shown = Record<string, string>

/** Reads one property of several pages. */
export async function readAll(
  site: Site,
  paths: readonly CachedPath[],
  property: 'value' | 'stamps' = 'value',
): Promise<Shown> {
  const pages = paths.map(async ({ path }) => [path, (await readShown(site, path))[property]] as const)
  return Object.fromEntries(await Promise.all(pages))
}
