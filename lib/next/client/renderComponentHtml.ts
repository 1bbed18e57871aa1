'use client'

import { Fragment, type ReactElement } from 'react'
import { jsx } from 'react/jsx-runtime'
import { loadDocumentRenderer } from '#loadDocumentRenderer'
import { watchHooks } from '../../react/reactClientInternals.ts'

/** The first HTML of a component, or the reason why it depends on more than its props. */
export type ComponentHtml =
  | { readonly html: string; readonly obstacle?: undefined }
  | { readonly html?: undefined; readonly obstacle: string }

/** How long a component may take that waits for something. */
const TIMEOUT_MS = 1_000

/**
 * Renders a client component to HTML, with nothing around it. It runs where Next renders documents: React there is another copy than
 * the one of server components.
 *
 * @param element its type and its content are the components themselves, not references to them
 */
export async function renderComponentHtml(element: ReactElement): Promise<ComponentHtml> {
  const renderer = await loadDocumentRenderer()
  let obstacle: string | undefined
  const addObstacle = (reason: string) => {
    obstacle ??= reason
  }
  function Root() {
    const isWatching = watchHooks((hook) => {
      if (FORBIDDEN_HOOKS.has(hook)) addObstacle(hook)
    })
    if (!isWatching) addObstacle('unknown version of React')
    return jsx(Fragment, { children: element })
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const html = await new Promise<string>((resolve) => {
    const give = (reason: string) => {
      addObstacle(reason)
      resolve('')
    }
    const { pipe, abort } = renderer.renderToPipeableStream(jsx(Root, {}), {
      onAllReady: () => pipe(createWriter(resolve)),
      onShellError: () => give('it throws an error'),
      onError: () => addObstacle('it throws an error'),
    })
    // Renders until a component waits for something.
    timer = setTimeout(() => {
      give('it waits for something')
      abort(new Error('The component waits for too long.'))
    }, TIMEOUT_MS)
  })
  clearTimeout(timer)
  return obstacle === undefined ? { html } : { obstacle }
}

/** Their results depend on the place of the component, on what is around it, or they add styles to the page. */
const FORBIDDEN_HOOKS: ReadonlySet<string> = new Set([
  'useId',
  'useContext',
  'readContext',
  'use',
  'useInsertionEffect',
])

/** A stream of Node without Node, which the bundle of a browser would contain. */
function createWriter(onEnd: (text: string) => void): object {
  const decoder = new TextDecoder()
  let text = ''
  return {
    write(chunk: string | Uint8Array) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      return true
    },
    end: () => onEnd(text),
    destroy: () => onEnd(''),
    on() {},
  }
}
