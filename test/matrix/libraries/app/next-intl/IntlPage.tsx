import { useTranslations } from 'next-intl'
import { getFormatter, getTranslations } from 'next-intl/server'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { Reader } from './Reader'

export function IntlPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="next-intl">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="next-intl imprint">
        <Imprint />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('next-intl')
  const t = await getTranslations('Front')
  const german = await getTranslations({ locale: 'de', namespace: 'Front' })
  const format = await getFormatter()
  return (
    <>
      <h1>{t('title', { edition })}</h1>
      <p lang="de">{german('title', { edition })}</p>
      <p>
        {t.rich('lead', {
          strong: (chunks) => <strong>{chunks}</strong>,
          edition,
        })}
      </p>
      <time dateTime="2026-11-28">{format.dateTime(new Date(Date.UTC(2026, 10, 28)), 'short')}</time>
      <Reader name={edition}>
        <p>
          {t('thanks')} <b>{edition}</b>
        </p>
        <Teaser mode={mode} library="next-intl" />
      </Reader>
    </>
  )
}

/** Uses the hook, which server components may call too. */
function Imprint() {
  const t = useTranslations('Front')
  return (
    <footer>
      <small>{t('imprint')}</small>
    </footer>
  )
}
