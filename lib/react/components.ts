import type { ReactNode } from 'react'
import { getCurrentScope } from '../core/dependencyScope.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { checkCompactProp } from './compactOptions.ts'
import { type FragmentHost, type FragmentProps, getCurrentHost } from './fragmentHost.ts'

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
   * Caches the output of its children until one of the objects registered inside is expired.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VARY, CC_INVALID_TTL, CC_INVALID_VERSION,
   * CC_INVALID_EXPORT, CC_INVALID_COMPACT
   * @throws {ContentCacheError} CC_FRAGMENT_IN_ITSELF; CC_REQUEST_DATA when something inside reads cookies
   * or the like
   * @example
   * <CacheContent name="section" vary={['national', locale]}>
   *   <Stories section="national" />
   * </CacheContent>
   */
  readonly CacheContent: (props: CacheContentProps) => ReactNode | Promise<ReactNode>

  /**
   * Registers objects with the fragment around it. The fragment is expired with any of them. It is
   * {@link registerContent} as a component.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example <li><RegisterContent obj={story} /><a href={story.url}>{story.headline}</a></li>
   */
  readonly RegisterContent: (props: RegisterContentProps<T>) => ReactNode

  /**
   * Registers objects with the fragment that the caller renders in. The fragment is expired with any of them. Inside
   * `'use cache'` the objects become tags of the cached data, and so reach the fragment or page around it. Outside of
   * both the function does nothing.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example
   * async function loadStory(id) { const story = await db.story(id); registerContent(story); return story }
   */
  readonly registerContent: (...objs: readonly ContentObject<T>[]) => void
}

/**
 * Creates the components for one host.
 *
 * @param keyOf gets a key from objects that carry none
 */
export function createComponents<T = never>(host: FragmentHost, keyOf?: KeyOf<T>): ContentComponents<T> {
  function CacheContent({ children, ...props }: CacheContentProps): ReactNode | Promise<ReactNode> {
    checkCompactProp(props.name, props.compact)
    return (getCurrentHost() ?? host).render(props, children)
  }

  function registerContent(...objs: readonly ContentObject<T>[]): void {
    const scope = getCurrentScope()
    const { onRegister, registerOutside } = getCurrentHost() ?? host
    if (scope === undefined) registerOutside?.(() => getObjectKeys('registerContent', objs, keyOf))
    else {
      const keys = getObjectKeys(scope.label, objs, keyOf)
      scope.register(keys)
      onRegister?.(keys)
    }
  }

  function RegisterContent({ obj, children }: RegisterContentProps<T>): ReactNode {
    registerContent(obj)
    return children ?? null
  }

  return { CacheContent, RegisterContent, registerContent }
}
