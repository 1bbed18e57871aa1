import { getCurrentScope } from '../core/dependencyScope.ts'
import { COMPONENT_PRELOAD } from '../react/compaction/imagePreload.ts'
import { loadAhead } from './client/loadAhead.ts'
import { addHint, type HintCall } from './internals/hintCollector.ts'

/**
 * Puts hints into the data of the page that is being rendered, or adds them to those of the fragment around. The preloads of client
 * components are not in the data: the component that shows the fragment repeats them.
 */
export function emitHints(hints: readonly HintCall[]): void {
  const scope = getCurrentScope()
  for (const hint of hints) {
    if (hint[0] !== COMPONENT_PRELOAD) loadAhead([hint])
    else if (scope) addHint(scope, hint)
  }
}
