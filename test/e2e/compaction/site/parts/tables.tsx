export function Tables() {
  return (
    <>
      <table>
        <caption>Figures</caption>
        <colgroup>
          <col span={2} />
          <col style={{ width: 40 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">a</th>
            <th colSpan={2}>b</th>
          </tr>
        </thead>
        <tbody>
          {[1, 2].map((row) => (
            <tr key={row}>
              <td rowSpan={1}>{row}</td>
              <td>
                <table>
                  <tbody>
                    <tr>
                      <td>{row} inside</td>
                    </tr>
                  </tbody>
                </table>
              </td>
              <td />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>sum {3}</td>
          </tr>
        </tfoot>
      </table>
      <table>
        <tbody />
      </table>
    </>
  )
}
