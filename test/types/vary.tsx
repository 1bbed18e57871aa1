// Checked by `tsc` alone: each line under `@ts-expect-error` must be refused.
import { CacheContent } from '../../lib/entries/next.ts'

interface Filter {
  readonly genre: string
  readonly page?: number
}

const filter: Filter = { genre: 'drama' }
const searchParams: { [name: string]: string | string[] | undefined } = {}
const pages: readonly number[] = [1, 2]

export const accepted = (
  <>
    <CacheContent name="list" vary={['national', 1, 2n, true, null, undefined, new Date(0)]} />
    <CacheContent name="list" vary={{ genre: 'drama', page: 1, sort: undefined, pages, inner: { pages } }} />
    <CacheContent name="list" vary={searchParams} />
    <CacheContent name="list" vary={[searchParams, { ...filter }]} />
    <CacheContent name="list" vary={{ ...filter }} />
    <CacheContent name="list" vary={undefined} />
  </>
)

export const refused = (
  <>
    {/* @ts-expect-error a string is neither a list nor a record */}
    <CacheContent name="list" vary="national" />
    {/* @ts-expect-error a function */}
    <CacheContent name="list" vary={() => 'national'} />
    {/* @ts-expect-error a function in a list */}
    <CacheContent name="list" vary={[() => 'national']} />
    {/* @ts-expect-error a Map */}
    <CacheContent name="list" vary={new Map([['genre', 'drama']])} />
    {/* @ts-expect-error a class instance in a record */}
    <CacheContent name="list" vary={{ url: new URL('https://example.org') }} />
    {/* @ts-expect-error a promise */}
    <CacheContent name="list" vary={Promise.resolve(['national'])} />
    {/* @ts-expect-error a promise in a record */}
    <CacheContent name="list" vary={{ page: Promise.resolve(1) }} />
    {/* @ts-expect-error a symbol */}
    <CacheContent name="list" vary={[Symbol('national')]} />
  </>
)
