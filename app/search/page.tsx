import type { Metadata } from 'next'
import { CacheContent } from 'react-cache-content/next'
import { MAX_QUERY, normalizeQuery } from '../_data/search'
import { getParam, type SearchParams } from '../_lib/params'
import { SearchResults } from '../_lists/SearchResults'
import { CachePanel } from '../_panel/CachePanel'

interface Props {
  searchParams: SearchParams
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const query = normalizeQuery(getParam((await searchParams).q))
  return { title: query ? `“${query}”` : 'Search', robots: { index: false } }
}

export default async function SearchPage({ searchParams }: Props) {
  const input = getParam((await searchParams).q).slice(0, MAX_QUERY)
  const query = normalizeQuery(input)
  return (
    <>
      <div className="page">
        <search>
          <form action="/search" className="search-form">
            <h1>
              <label htmlFor="query">Search the archive</label>
            </h1>
            <input id="query" type="search" name="q" key={input} defaultValue={input} maxLength={MAX_QUERY} />
            <button type="submit">Search</button>
          </form>
        </search>
        {query !== '' && (
          // Visitors choose the query freely, so entries of queries that do not recur must expire.
          <CacheContent name="search/results" vary={[query]} ttl={3600} swr={600}>
            <SearchResults query={query} />
          </CacheContent>
        )}
      </div>
      <CachePanel />
    </>
  )
}
