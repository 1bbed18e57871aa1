import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import Article from './article.mdx'

export function MdxPage({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="mdx">
      <Front mode={mode} />
    </Fragment>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('mdx')
  return (
    <article>
      <h1>Edition {edition}</h1>
      <Article edition={edition}>
        <Teaser mode={mode} library="mdx" />
      </Article>
    </article>
  )
}
