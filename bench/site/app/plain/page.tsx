import { type CostParams, costOf } from '../../lib/costOf'
import { SECTIONS, Section } from '../../lib/Section'

export default async function Plain({ searchParams }: { searchParams: CostParams }) {
  const cost = await costOf(searchParams)
  return SECTIONS.map((section) => <Section key={section} section={section} cost={cost} />)
}
