import { Inspector } from '../client/Inspector'
import { Island } from '../client/Island'

export function Islands() {
  return (
    <>
      <p>
        before <Island label="inline" /> after
      </p>
      <Island label="with children">
        <b>markup</b> of the <i>server</i> {1}
        <Island label="inside" />
      </Island>
      <ul>
        {['a', 'b,c', 'd'].map((key) => (
          <li key={key}>
            <span>plain</span>
            {key === 'd' ? null : <Island label={key} />}
          </li>
        ))}
      </ul>
      <Inspector>
        <p key="p">
          one <b>plain</b>
        </p>
        text
        {2}
        {null}
        <div>
          <span>two</span>
        </div>
        {[<i key="i">three</i>, <Island key="k" label="inspected" />]}
      </Inspector>
      <Inspector>only text</Inspector>
      <table>
        <tbody>
          <tr>
            <td>
              <Island label="in a table" />
            </td>
            <td>
              <em>plain</em>
            </td>
          </tr>
        </tbody>
      </table>
    </>
  )
}
