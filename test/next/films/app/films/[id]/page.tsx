import { Film } from '../../../site/Film'

/** The build renders one film. The others are rendered at their first visit. */
export function generateStaticParams() {
  return [{ id: 'built' }]
}

/** A page that Next stores. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <Film id={id} />
}
