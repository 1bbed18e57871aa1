import { createRequire } from 'node:module'
import type { ComponentType, ReactNode } from 'react'
import { toByteStream } from '../../lib/core/toByteStream.ts'
import { readByteStream } from './readByteStream.ts'

// React's Flight as Next brings it along. Needs the condition `react-server`.
const require = createRequire(import.meta.url)
const {
  registerClientReference,
  renderToReadableStream,
} = require('next/dist/compiled/react-server-dom-webpack/server.node')
const { createFromReadableStream } = require('next/dist/compiled/react-server-dom-webpack/client.node')

const ID = 'ClientPart.tsx#ClientPart'
const clientModules = { [ID]: { id: ID, chunks: [], name: 'ClientPart', async: false } }
const moduleMap = { [ID]: { ClientPart: { id: ID, chunks: [], name: 'ClientPart', async: false } } }

/** A client component, which Flight sends as a reference. */
export const ClientPart: ComponentType<{ children?: ReactNode }> = registerClientReference(
  () => {},
  'ClientPart.tsx',
  'ClientPart',
)

// Next's copy loads client modules by this function.
Object.assign(globalThis, { __next_require__: () => ({ ClientPart }) })

/** @throws the first error of the render */
export async function encodeFlight(node: ReactNode): Promise<Uint8Array> {
  let failure: { readonly error: unknown } | undefined
  const onError = (error: unknown) => {
    failure ??= { error }
  }
  const bytes = await readByteStream(renderToReadableStream(node, clientModules, { onError }))
  if (failure) throw failure.error
  return bytes
}

export async function decodeFlight(bytes: Uint8Array): Promise<unknown> {
  return createFromReadableStream(toByteStream(bytes), {
    serverConsumerManifest: { moduleLoading: null, moduleMap, serverModuleMap: {} },
  })
}
