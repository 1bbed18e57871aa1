/** What the functions of a server belong to, the first that matches. */
export const parts = [
  {
    title: 'garbage collection',
    colour: '#9aa0a6',
    has: ({ functionName }) => functionName === '(garbage collector)',
  },
  {
    title: "React and Next: encoding, rendering to HTML, the page's streams",
    colour: '#4c78a8',
    has: ({ url }) => url.includes('next-server/') || url.includes('/next/dist/'),
  },
  {
    title: "React in the site's bundle: decoding, HTML of static parts",
    colour: '#72b7b2',
    has: ({ url }) => /\/chunks\/.*node_modules_next_dist/.test(url),
  },
  {
    title: "this library and the page's own components",
    colour: '#e45756',
    has: ({ url }) => url.includes('/chunks/') && !url.includes('[turbopack]'),
  },
  {
    title: 'Node: async context',
    colour: '#eeca3b',
    has: ({ url }) => /node:(internal\/)?async_hooks/.test(url),
  },
  {
    title: 'Node: streams, buffers, HTTP and the rest',
    colour: '#b279a2',
    has: ({ functionName }) => functionName !== '(idle)',
  },
]

/** Milliseconds of the processor that each part took, without idle time. */
export function timesOf({ nodes, samples, timeDeltas }) {
  const partOf = new Map(
    nodes.map(({ id, callFrame }) => [id, parts.findIndex((part) => part.has(callFrame))]),
  )
  const times = parts.map(() => 0)
  samples.forEach((node, index) => {
    const part = partOf.get(node)
    if (part >= 0) times[part] += timeDeltas[index] / 1000
  })
  return times
}
