import { getStoredText } from '../../../lib/cachedFilm'

/** Renders without a shell, which handlers of other libraries do not take from the build. */
export const instant = false

export const generateStaticParams = () => [{ entry: 'built' }]

/** A page that is rendered at its first request, and then stored. */
export default async function Page({ params }: { params: Promise<{ entry: string }> }) {
  const { entry } = await params
  return (await getStoredText(entry)).map((text) => <p key={text}>{text}</p>)
}
