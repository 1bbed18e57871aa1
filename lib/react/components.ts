import type { ReactNode } from 'react'
import { getCurrentScope } from '../core/dependencyScope.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { currentHost, type FragmentHost, type FragmentProps } from './fragmentHost.ts'

/** Props of `CacheContent`. */
export interface CacheContentProps extends FragmentProps {
  readonly children?: ReactNode
}

/** Props of `RegisterContent`. */
export interface RegisterContentProps<T = never> {
  /** The content: a key, an object that has one, or a list of these. `null`, `undefined` and `false` are skipped. */
  readonly obj: ContentObject<T>
  /** Rendered as they are. */
  readonly children?: ReactNode
}

/**
 * The components and functions that pages use.
 *
 * @typeParam T objects that the `keyOf` option maps to a key
 */
export interface ContentComponents<T = never> {
  /**
   * Caches what its children render, until one of the objects registered inside is expired.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VARY, CC_INVALID_TTL, CC_INVALID_VERSION,
   * CC_INVALID_EXPORT
   * @throws {ContentCacheError} CC_FRAGMENT_IN_ITSELF; CC_REQUEST_DATA when something inside reads cookies
   * or the like
   * @example
   * <CacheContent name="section" vary={['national', locale]}>
   *   <Stories section="national" />
   * </CacheContent>
   */
  readonly CacheContent: (props: CacheContentProps) => ReactNode | Promise<ReactNode>

  /**
   * Registers objects with the fragment around it, which is expired with any of them. It is {@link registerContent} as
   * a component.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example <li><RegisterContent obj={story} /><a href={story.url}>{story.headline}</a></li>
   */
  readonly RegisterContent: (props: RegisterContentProps<T>) => ReactNode

  /**
   * Registers objects with the fragment that the caller renders in, which is expired with any of them. Inside
   * `'use cache'` the objects become tags of the cached data, and so reach the fragment or page around it. Does nothing
   * outside of both.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example
   * async function loadStory(id) { const story = await db.story(id); registerContent(story); return story }
   */
  readonly registerContent: (...objs: readonly ContentObject<T>[]) => void
}

/**
 * Binds the components to one host.
 *
 * @param keyOf the instance's way to get a key from objects that carry none
 */
export function createComponents<T = never>(host: FragmentHost, keyOf?: KeyOf<T>): ContentComponents<T> {
  function CacheContent({ children, ...props }: CacheContentProps): ReactNode | Promise<ReactNode> {
    return (currentHost() ?? host).render(props, children)
  }

  function registerContent(...objs: readonly ContentObject<T>[]): void {
    const capture = getCurrentScope()
    const { onRegister, registerOutside } = currentHost() ?? host
    if (capture === undefined) registerOutside?.(() => getObjectKeys('registerContent', objs, keyOf))
    else {
      const keys = getObjectKeys(capture.label, objs, keyOf)
      capture.register(keys)
      onRegister?.(keys)
    }
  }

  function RegisterContent({ obj, children }: RegisterContentProps<T>): ReactNode {
    registerContent(obj)
    return children ?? null
  }

  return { CacheContent, RegisterContent, registerContent }
}
