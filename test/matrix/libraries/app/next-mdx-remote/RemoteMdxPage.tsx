import Link from 'next/link'
import { MDXRemote } from 'next-mdx-remote/rsc'
import { Switch } from '../../client/Switch'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'

export function RemoteMdxPage({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="next-mdx-remote">
      <Front mode={mode} />
    </Fragment>
  )
}

const source = `
## Headings & *emphasis*

A paragraph with **strong** text, \`code\`, [a link](/next-mdx-remote/plain?article) and an entity: &copy;.

- one
- two

\`\`\`js
const price = a < b && b > c ? '$1' : "&amp;"
\`\`\`

<Switch first={<p>News</p>} second={<p>Sports, _and_ **more**</p>} />

<Teaser />
`

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('next-mdx-remote')
  return (
    <article>
      <h1>Edition {edition}</h1>
      <MDXRemote
        source={source}
        components={{
          Switch,
          Teaser: () => <Teaser mode={mode} library="next-mdx-remote" />,
          a: ({ href, children }) => <Link href={href}>{children}</Link>,
        }}
        options={{ blockJS: false }}
      />
    </article>
  )
}
