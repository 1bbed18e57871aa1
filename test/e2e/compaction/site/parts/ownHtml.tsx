const html = (text: string) => ({ __html: text })

/** HTML of the site. Some of it leaves elements open. The element around it closes them, so it must stay an element. */
export function OwnHtml() {
  return (
    <>
      <div
        dangerouslySetInnerHTML={html('<p>own <b>html</b> &amp; &lt;entities&gt; &copy;<!-- comment --></p>')}
      />
      <div dangerouslySetInnerHTML={html('<span>open')} />
      <div dangerouslySetInnerHTML={html('<p>one<p>two<ul><li>a<li>b')} />
      <section>
        <div dangerouslySetInnerHTML={html('stray</p></span> <br/> <custom-one a>')} />
        <p>beside</p>
      </section>
      <table>
        <tbody>
          <tr>
            <td dangerouslySetInnerHTML={html('<b>open <i>both')} />
            <td>beside</td>
          </tr>
          <tr dangerouslySetInnerHTML={html('<td>a<td>b')} />
        </tbody>
      </table>
      <div dangerouslySetInnerHTML={html('')} />
      <p dangerouslySetInnerHTML={html('\n leading')} />
      <svg dangerouslySetInnerHTML={html('<g><title>t</title><path d="M0 0"/></g>')} />
      <noscript>
        <p>no scripts</p>
      </noscript>
      <div>
        <noscript>
          <img src="/dot.png?noscript" alt="" />
        </noscript>
        <template dangerouslySetInnerHTML={html('<p>in a template</p>')} />
      </div>
      <template />
    </>
  )
}
