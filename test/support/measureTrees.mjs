// Prints trees of several kinds, encoded by React's Flight, in base64, and the bytes of memory that each takes after
// decoding. Run it in a separate process without other work, with `--conditions=react-server`.
import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const require = createRequire(import.meta.url)
const { jsx } = require('react/jsx-runtime')
const server = require('next/dist/compiled/react-server-dom-webpack/server.node.js')
const client = require('next/dist/compiled/react-server-dom-webpack/client.node.js')

const list = (count, make) => Array.from({ length: count }, (_, index) => make(index))
const trees = {
  'empty elements': jsx('div', { children: list(5_000, (index) => jsx('b', {}, index)) }),
  'a list': jsx('ul', {
    children: list(2_000, (index) =>
      jsx(
        'li',
        {
          className: 'item',
          children: [
            jsx('a', { href: `/story/${index}`, children: `Headline number ${index}` }, 'a'),
            ' ',
            jsx('i', { children: index + 0.5 }, 'i'),
          ],
        },
        index,
      ),
    ),
  }),
  'text of two bytes a character': jsx('div', {
    children: list(1_000, (index) => jsx('p', { children: `Ünïcödé ${index} → `.repeat(60) }, index)),
  }),
  HTML: jsx('div', { dangerouslySetInnerHTML: { __html: '<p>plain markup</p>'.repeat(50_000) } }),
  data: jsx('div', {
    children: list(3_000, (index) =>
      jsx('meter', { style: { color: 'red', width: index + 0.5 }, title: `the title of ${index}` }, index),
    ),
  }),
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

async function heapUsed() {
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

const serverConsumerManifest = { moduleLoading: null, moduleMap: {}, serverModuleMap: {} }

async function decodeTree(bytes) {
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
  const root = await client.createFromReadableStream(stream, { serverConsumerManifest })
  // Reads each lazy node, as a page does. An unread lazy node is still text.
  for (const node of [root.props.children].flat()) node?._init?.(node._payload)
  return root
}

const COPIES = 8

async function measureBytes(bytes) {
  // A first copy for values that a process has only once, such as short strings.
  await decodeTree(bytes)
  const copies = new Array(COPIES).fill(undefined)
  const before = await heapUsed()
  for (let copy = 0; copy < COPIES; copy++) copies[copy] = await decodeTree(bytes)
  const after = await heapUsed()
  return (after - before) / copies.length
}

const results = {}
for (const [name, tree] of Object.entries(trees)) {
  const bytes = new Uint8Array(await new Response(server.renderToReadableStream(tree, {})).arrayBuffer())
  results[name] = { payload: Buffer.from(bytes).toString('base64'), bytes: await measureBytes(bytes) }
}
console.log(JSON.stringify(results))
