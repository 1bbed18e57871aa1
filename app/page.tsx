import { CacheContent } from 'react-cache-content/next'
import { CHARTS, type Chart } from './_data/charts'
import { DECADES } from './_data/vocabulary'
import { FrontPage } from './_front/FrontPage'
import { parseChoice, parseNumberChoice, type SearchParams } from './_lib/params'
import { CachePanel } from './_panel/CachePanel'

export default async function Home({ searchParams }: { searchParams: SearchParams }) {
  const params = await searchParams
  const decade = parseNumberChoice(params.decade, DECADES)
  const chart = parseChoice(params.chart, Object.keys(CHARTS) as Chart[], 'rating')
  return (
    <>
      <CacheContent name="home/front" vary={[decade, chart]}>
        <FrontPage decade={decade} chart={chart} />
      </CacheContent>
      <CachePanel />
    </>
  )
}
