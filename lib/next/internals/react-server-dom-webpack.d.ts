declare module 'react-server-dom-webpack/server' {
  export function renderToPipeableStream(
    model: unknown,
    webpackMap: object,
    options?: {
      environmentName?: string
      onError?: (error: unknown) => string | undefined
    },
  ): { pipe(destination: PipeDestination): void }

  /** The methods of a writable stream that Flight calls. */
  export interface PipeDestination {
    /** @returns whether Flight may write more at once */
    write(chunk: string | Uint8Array): boolean
    end(): void
    on(event: string, listener: () => void): void
    destroy(error: Error): void
  }
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
