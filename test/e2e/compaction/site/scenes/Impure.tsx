import { prerenderComponent } from 'react-cache-content/next'
import * as client from '../client/Declared'
import { Fragment, type Mode } from '../Fragment'
import { read } from '../testControl'

const WronglyDeclared = prerenderComponent(client.Impure, { hydrate: false })

/** A component with other HTML for the same props. It is compared from time to time. */
export function Impure({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="impure">
      <Content />
    </Fragment>
  )
}

async function Content() {
  const version = await read('impure')
  return (
    <ul data-version={version}>
      {Array.from({ length: 120 }, (_, index) => (
        <li key={index}>
          <WronglyDeclared label="render" />
        </li>
      ))}
    </ul>
  )
}
