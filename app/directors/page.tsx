import type { Metadata } from 'next'
import { connection } from 'next/server'
import { CacheContent } from 'react-cache-content/next'
import { DirectorIndex } from '../_lists/DirectorIndex'
import { CachePanel } from '../_panel/CachePanel'

export const metadata: Metadata = { title: 'Directors' }

export default async function DirectorsPage() {
  await connection()
  return (
    <>
      <CacheContent name="directors/index">
        <DirectorIndex />
      </CacheContent>
      <CachePanel />
    </>
  )
}
