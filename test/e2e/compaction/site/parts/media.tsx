const dot = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='

export function Media() {
  return (
    <>
      <img src="/dot.png" alt="preloaded" width={1} height={1} />
      <img src="/dot.png?lazy" alt="lazy" loading="lazy" decoding="async" />
      <img src="/dot.png?high" alt="" fetchPriority="high" />
      <img src={dot} alt="inline & quoted" />
      <img srcSet={`${dot} 1x`} sizes="100vw" alt="" />
      <picture>
        <source srcSet="/dot.png?wide 2x" media="(min-width: 1px)" type="image/png" />
        <img src="/dot.png?picture" alt="" />
      </picture>
      <figure>
        <img src="/dot.png?figure" alt="in a plain parent" />
        <figcaption>Caption</figcaption>
      </figure>
      <video controls muted loop playsInline preload="none" poster="/dot.png?poster" width={20}>
        <source src="/film.mp4" type="video/unknown" />
        <track kind="captions" src="/film.vtt" srcLang="en" label="English" />
        no video
      </video>
      <audio controls preload="none">
        <source src="/film.mp3" type="audio/unknown" />
      </audio>
      <map name="map">
        <area shape="rect" coords="0,0,1,1" href="/a" alt="" />
      </map>
      <object type="text/unknown">
        <param name="a" value="b" />
        no object
      </object>
      <canvas width={1} height={1}>
        no canvas
      </canvas>
      <iframe title="whole" srcDoc={'<p title="x">inside &amp; out</p>'} sandbox="" />
      <p>
        <iframe title="in a paragraph" srcDoc="" width={10} />
      </p>
    </>
  )
}
