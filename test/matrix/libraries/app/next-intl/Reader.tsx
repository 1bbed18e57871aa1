'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'

/** Messages of a client component around content from the server. */
export function Reader({ name, children }: { name: string; children: ReactNode }) {
  const t = useTranslations('Reader')
  const format = useFormatter()
  const [likes, setLikes] = useState(0)
  return (
    <section>
      <h2>{t('greeting', { name })}</h2>
      <button type="button" onClick={() => setLikes(likes + 1)}>
        {t('likes', { count: likes })}
      </button>
      <p>{format.number(1234.5, { style: 'currency', currency: 'EUR' })}</p>
      {likes > 0 && children}
    </section>
  )
}
