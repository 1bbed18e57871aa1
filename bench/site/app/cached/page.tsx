import { CacheContent } from 'react-cache-content/next'
import { type CostParams, costOf } from '../../lib/costOf'
import { SECTIONS, Section } from '../../lib/Section'

export default async function Cached({ searchParams }: { searchParams: CostParams }) {
  const cost = await costOf(searchParams)
  return SECTIONS.map((section) => (
    <CacheContent key={section} name="section" vary={[section, cost]}>
      <Section section={section} cost={cost} />
    </CacheContent>
  ))
}
