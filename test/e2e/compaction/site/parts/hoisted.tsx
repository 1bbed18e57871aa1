export function Hoisted() {
  return (
    <section>
      <title>{`hoisted & more`}</title>
      <meta name="description" content={'"quoted" & <more>'} />
      <link rel="canonical" href="/canonical?a&b" />
      <link rel="stylesheet" href="/own.css" precedence="default" />
      <style href="own-style" precedence="low">
        {'.own > b { color: navy }'}
      </style>
      <script async src="/own.js" />
      <p className="own">
        <b>beside</b> what is hoisted
        <meta itemProp="rating" content="5" />
      </p>
      <div itemScope>
        <meta itemProp="in-place" content="1" />
        <link itemProp="url" href="/in-place" />
      </div>
      <style>{'.in-place > p { color: "</b>" }'}</style>
    </section>
  )
}
