declare module 'react-server-dom-webpack/server' {
  export function renderToReadableStream(
    model: unknown,
    webpackMap: object,
    options?: {
      environmentName?: string
      onError?: (error: unknown) => string | undefined
    },
  ): ReadableStream<Uint8Array>
}

declare module 'react-server-dom-webpack/client' {
  export function createFromReadableStream(
    stream: ReadableStream<Uint8Array>,
    options: {
      serverConsumerManifest: { moduleLoading: object | null; moduleMap: object; serverModuleMap: object }
      environmentName?: string
      replayConsoleLogs?: boolean
    },
  ): PromiseLike<unknown>
}
