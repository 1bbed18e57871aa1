import { getCachedText } from '../../../lib/cachedFilm'

export const generateStaticParams = () => [{ size: '10' }, { size: '1000' }]

/** A prerendered page. */
export default async function Page({ params }: { params: Promise<{ size: string }> }) {
  const { size } = await params
  return (await getCachedText(Number(size))).map((text) => <p key={text}>{text}</p>)
}
