import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { CacheContent } from 'react-cache-content/next'
import { getDirectorBySlug } from '../../_data/directors'
import { Filmography } from '../../_lists/Filmography'
import { CachePanel } from '../../_panel/CachePanel'

interface Props {
  params: Promise<{ slug: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await getDirectorBySlug((await params).slug))?.name ?? 'No such director' }
}

export default async function DirectorPage({ params }: Props) {
  await connection()
  const { slug } = await params
  if ((await getDirectorBySlug(slug)) === undefined) notFound()
  return (
    <>
      <CacheContent name="director/page" vary={[slug]}>
        <Filmography slug={slug} />
      </CacheContent>
      <CachePanel />
    </>
  )
}
