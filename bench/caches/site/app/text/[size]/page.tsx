import { getCachedText } from '../../../lib/cachedFilm'

/** Renders without a shell, which handlers of other libraries do not take from the build. */
export const instant = false

export const generateStaticParams = () => [{ size: '10' }, { size: '1000' }]

/** A prerendered page. */
export default async function Page({ params }: { params: Promise<{ size: string }> }) {
  const { size } = await params
  return (await getCachedText(Number(size))).map((text) => <p key={text}>{text}</p>)
}
