import { CacheContent } from 'react-cache-content/next'
import { type CostParams, costOf } from '../../lib/costOf'
import { SECTIONS, Section } from '../../lib/Section'

let page = 0

/** Every fragment of every load has a key of its own: nothing is ever found. */
export default async function Miss({ searchParams }: { searchParams: CostParams }) {
  const cost = await costOf(searchParams)
  const load = ++page
  return SECTIONS.map((section) => (
    <CacheContent key={section} name="section" vary={[section, cost, load]}>
      <Section section={section} cost={cost} />
    </CacheContent>
  ))
}
