import { prerenderComponent } from 'react-cache-content/next'
import * as client from '../client/Declared'
import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'
import { read } from '../testControl'

const Badge = prerenderComponent(client.Badge, { hydrate: false })
const Day = prerenderComponent(client.Day, { hydrate: false })
const Pair = prerenderComponent(client.Pair, { hydrate: false })
const PressButton = prerenderComponent(client.PressButton)
const Themed = prerenderComponent(client.Themed)
const Patient = prerenderComponent(client.Patient, { hydrate: false })
const Handled = prerenderComponent(client.Handled, { hydrate: false })
const Labelled = prerenderComponent(client.Labelled, { hydrate: false })

/** Client components whose first HTML depends on their props alone, and some that only claim it. */
export async function Declared({ mode }: { mode: Mode }) {
  return (
    <client.DarkTheme>
      <Fragment mode={mode} name="declared">
        <Content mode={mode} />
      </Fragment>
    </client.DarkTheme>
  )
}

async function Content({ mode }: { mode: Mode }) {
  const version = await read('declared')
  return (
    <section>
      <p>
        Version {version}: <Badge tone="new">A badge</Badge> of <Day date={new Date('2026-01-01')} />,{' '}
        <Badge tone="old">
          with <em>markup</em>
        </Badge>
        .
      </p>
      <dl>
        <Pair first="one" second="two & three" />
        {['four', 'five'].map((word) => (
          <Pair key={word} first={word} second="six" />
        ))}
      </dl>
      <Badge tone="beside">beside an island</Badge>
      <Island label="beside" />
      <table>
        <tbody>
          {['row one', 'row two', 'row three'].map((label) => (
            <tr key={label}>
              <td>{label} is a row of the table, and this is its text</td>
              <td>
                <PressButton label={label} disabled={label === 'row two'} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <PressButton key="keyed" label="not in an element" />
      <Themed label="dark as its context" />
      <Labelled label="has an id" />
      <Patient label="waits" />
      <Handled label="has a handler" />
      <Fragment mode={mode} name="declaredInside">
        <div>
          <PressButton label="in a nested fragment" /> <Badge tone="nested">inside</Badge>
        </div>
      </Fragment>
    </section>
  )
}
