/** The parts of a server. A function belongs to the first part that matches. */
export const parts = [
  {
    title: 'garbage collection',
    colour: '#9aa0a6',
    matches: ({ functionName }) => functionName === '(garbage collector)',
  },
  {
    title: "React and Next: encoding, rendering to HTML, the page's streams",
    colour: '#4c78a8',
    matches: ({ url }) => url.includes('next-server/') || url.includes('/next/dist/'),
  },
  {
    title: "React in the site's bundle: decoding, HTML of static parts",
    colour: '#72b7b2',
    matches: ({ url }) => /\/chunks\/.*node_modules_next_dist/.test(url),
  },
  {
    title: "this library and the page's own components",
    colour: '#e45756',
    matches: ({ url }) => url.includes('/chunks/') && !url.includes('[turbopack]'),
  },
  {
    title: 'Node: async context',
    colour: '#eeca3b',
    matches: ({ url }) => /node:(internal\/)?async_hooks/.test(url),
  },
  {
    title: 'Node: streams, buffers, HTTP and the rest',
    colour: '#b279a2',
    matches: ({ functionName }) => functionName !== '(idle)',
  },
]

/** Returns the CPU time per part in milliseconds, without idle time. */
export function getTimes({ nodes, samples, timeDeltas }) {
  const partByNode = new Map(
    nodes.map(({ id, callFrame }) => [id, parts.findIndex((part) => part.matches(callFrame))]),
  )
  const times = parts.map(() => 0)
  samples.forEach((node, index) => {
    const part = partByNode.get(node)
    if (part >= 0) times[part] += timeDeltas[index] / 1000
  })
  return times
}
