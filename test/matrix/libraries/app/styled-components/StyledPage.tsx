import styled from 'styled-components'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { Card, Panel, Title } from './Panel'

/** A component of the server. */
const Byline = styled.p`
  color: gray;

  b {
    color: black;
  }
`

export function StyledPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="styled-components">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="styled-components notes">
        <Notes mode={mode} />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('styled-components')
  return (
    <Card>
      <Title $size={30}>Edition {edition}</Title>
      <Title $size={20}>
        <i>News</i> of {edition}
      </Title>
      <Byline>
        By <b>an editor of {edition}</b>
      </Byline>
      <Teaser mode={mode} library="styled-components" />
    </Card>
  )
}

async function Notes({ mode }: { mode: Mode }) {
  const edition = await read('styled-components')
  return (
    <Panel label="Open notes">
      <p>
        Notes of <b>edition {edition}</b>
      </p>
      <Teaser mode={mode} library="styled-components" />
    </Panel>
  )
}
