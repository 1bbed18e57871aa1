import { CacheContent } from 'react-cache-content/next'
import type { Chart } from '../_data/charts'
import { DecadeChart } from './DecadeChart'
import { DeskNews } from './DeskNews'
import { Disputes } from './Disputes'
import { GenreWall } from './GenreWall'
import { LeadStory } from './LeadStory'
import { Returns } from './Returns'
import { TopList } from './TopList'

/**
 * The outermost fragment of the front page. It depends on everything inside it, so nearly every edit expires
 * it. When it renders again, most of the seven fragments inside it are hits.
 */
export function FrontPage({ decade, chart }: { decade: number | null; chart: Chart }) {
  return (
    <div className="front">
      <CacheContent name="home/lead" vary={[decade, chart]}>
        <LeadStory decade={decade} chart={chart} />
      </CacheContent>
      <CacheContent name="home/changes">
        <DeskNews />
      </CacheContent>
      <CacheContent name="home/top-rated" vary={[decade, chart]}>
        <TopList decade={decade} chart={chart} />
      </CacheContent>
      <CacheContent name="home/decades" vary={[decade, chart]}>
        <DecadeChart decade={decade} chart={chart} />
      </CacheContent>
      <CacheContent name="home/disputes">
        <Disputes />
      </CacheContent>
      <CacheContent name="home/returns">
        <Returns />
      </CacheContent>
      <CacheContent name="home/genres">
        <GenreWall />
      </CacheContent>
    </div>
  )
}
