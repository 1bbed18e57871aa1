import { AsyncLocalStorage } from 'node:async_hooks'
import type { ReactNode } from 'react'
import type { ExportAs } from '../core/exports/exportAs.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import type { MemoTable } from '../core/requestMemo.ts'
import type { VaryRecord, VaryValue } from '../core/varyValue.ts'
import type { CompactOptions } from './compactOptions.ts'

/** Props of a fragment, without its children. */
export interface FragmentProps {
  /** Identifies the fragment together with `vary`: 1 to 200 characters. */
  readonly name: string
  /**
   * Everything else that the output depends on: locale, page number, search params (awaited). An object whose type is an
   * `interface` is passed as `{ ...object }`.
   */
  readonly vary?: readonly VaryValue[] | VaryRecord | undefined
  /** Seconds until the fragment is stale. Default: 0, which keeps it fresh until it is expired. */
  readonly ttl?: number | undefined
  /** Seconds after `ttl` in which the stale copy may be served while a new one is rendered. */
  readonly swr?: number | undefined
  /**
   * Version of the output. Default: the id of the build, so that a deploy starts with no fragments. A deploy that moves
   * client modules starts with no fragments in any case.
   */
  readonly version?: string | undefined
  /**
   * `false` stores the elements as they are. Default: plain markup, links, images, checked HTML and declared components are
   * stored as HTML. An object turns off some of these: `{ links: false }`.
   */
  readonly compact?: boolean | CompactOptions | undefined
  /** Redis keys that also get the HTML, for other programs. It must be plain markup: links, images and
   * components without behaviour are, other client components are not. */
  readonly exportAs?: ExportAs | readonly ExportAs[] | undefined
}

/** A framework, or a unit test, that can render a fragment's children to bytes and back. */
export interface FragmentHost {
  render(props: FragmentProps, children: ReactNode): ReactNode | Promise<ReactNode>
  /**
   * Registers objects outside of fragments, if the framework has a cache there that accepts them.
   *
   * @param getObjects returns the keys; not called where they do not matter
   */
  registerOutside?(getObjects: () => readonly string[]): void
  /** Called with the objects that were registered in a fragment. */
  onRegister?(objects: readonly string[]): void
  /** The loaded values of `requestMemo`, for a host whose framework does not keep them. */
  readonly memo?: MemoTable
}

const getHostStorage = defineGlobalSingleton('host', () => new AsyncLocalStorage<FragmentHost>())

/** Runs `task` with another host. A unit test renders with it, without a framework. */
export function runWithHost<T>(host: FragmentHost, task: () => T): T {
  return getHostStorage().run(host, task)
}

export function getCurrentHost(): FragmentHost | undefined {
  return getHostStorage().getStore()
}
