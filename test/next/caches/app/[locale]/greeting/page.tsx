import { unstable_cache } from 'next/cache'
import { Shown } from '../../../site/idPage'
import { showCms } from '../../../site/show'

interface PageProps {
  readonly params: Promise<{ locale: string }>
}

export default async function Page({ params }: PageProps) {
  const key = `greeting/${(await params).locale}`
  return <Shown>{await unstable_cache(() => showCms('greeting', key), [key], { tags: [key] })()}</Shown>
}
