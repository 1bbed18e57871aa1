import { Island } from '../client/Island'

export function Foreign() {
  return (
    <>
      <svg viewBox="0 0 10 10" width={10} role="img" xmlLang="en" preserveAspectRatio="xMidYMid meet">
        <title>a title, which is not of the document</title>
        <desc>a description</desc>
        <defs>
          <linearGradient id="gradient" gradientTransform="rotate(90)">
            <stop offset="5%" stopColor="gold" />
          </linearGradient>
          <style>{'.dot > circle { fill: red }'}</style>
          <clipPath id="clip" clipPathUnits="userSpaceOnUse">
            <rect width={5} height={5} />
          </clipPath>
        </defs>
        <g className="dot" strokeWidth={2} fill="url(#gradient)" transform="scale(1)">
          <circle cx={5} cy={5} r={3} data-name="dot" />
          <text x={1} textAnchor="middle">
            text {1}
            <tspan dy="1em">span</tspan>
          </text>
          <use xlinkHref="#clip" />
          <a href="/svg-link">
            <path d="M0 0L1 1" />
          </a>
        </g>
        <foreignObject width={5} height={5}>
          <div>
            <p>html inside</p>
            <svg>
              <path d="M1 1" />
            </svg>
          </div>
        </foreignObject>
      </svg>
      <svg width={1}>
        <foreignObject>
          <Island label="in svg" />
        </foreignObject>
        <g>
          <rect width={1} height={1} />
        </g>
      </svg>
      <math display="block">
        <mrow>
          <mi>x</mi>
          <mo>&lt;</mo>
          <mfrac>
            <mn>1</mn>
            <mtext>two {1} words</mtext>
          </mfrac>
        </mrow>
      </math>
    </>
  )
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      math: Record<string, unknown>
      mfrac: Record<string, unknown>
      mi: Record<string, unknown>
      mn: Record<string, unknown>
      mo: Record<string, unknown>
      mrow: Record<string, unknown>
      mtext: Record<string, unknown>
    }
  }
}
