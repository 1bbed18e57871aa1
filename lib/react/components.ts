import type { ReactNode } from 'react'
import { getCurrentScope } from '../core/dependencyScope.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { currentHost, type FragmentHost, type FragmentProps } from './fragmentHost.ts'

export interface CacheContentProps extends FragmentProps {
  readonly children?: ReactNode
}

export interface RegisterContentProps {
  /** What is shown: a key, an object that has one, or a list; `null`, `undefined` and `false` are skipped. */
  readonly obj: ContentObject
  /** Returned as they are. */
  readonly children?: ReactNode
}

/**
 * The component and functions that pages use, bound to one host.
 *
 * @param keyOf the instance's way to get a key from objects that carry none.
 */
export function createComponents(host: FragmentHost, keyOf?: KeyOf) {
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
  function CacheContent({ children, ...props }: CacheContentProps): ReactNode | Promise<ReactNode> {
    return (currentHost() ?? host).render(props, children)
  }

  /**
   * Says that the fragment around shows these objects. Inside `'use cache'` they become tags of the cached data, and
   * so reach the fragment or page around it. Does nothing outside of both.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example
   * async function loadStory(id) { const story = await db.story(id); registerContent(story); return story }
   */
  function registerContent(...objs: readonly ContentObject[]): void {
    const capture = getCurrentScope()
    const { onRegister, registerOutside } = currentHost() ?? host
    if (capture === undefined) registerOutside?.(() => getObjectKeys('registerContent', objs, keyOf))
    else {
      const keys = getObjectKeys(capture.label, objs, keyOf)
      capture.register(keys)
      onRegister?.(keys)
    }
  }

  /**
   * {@link registerContent} as a component.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example <li><RegisterContent obj={story} /><a href={story.url}>{story.headline}</a></li>
   */
  function RegisterContent({ obj, children }: RegisterContentProps): ReactNode {
    registerContent(obj)
    return children ?? null
  }

  return { CacheContent, RegisterContent, registerContent }
}
