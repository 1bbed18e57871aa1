import { snapshotContext } from '../../core/runDetached.ts'
import { isSettable } from '../../core/settable.ts'

/** Waits for promises of one render, and calls back in its async context. */
export class ContextualWaits {
  #runInContext: (<T>(task: () => T) => T) | undefined

  /** Must be called in the context of the render. */
  whenSettled(
    promise: PromiseLike<unknown>,
    onValue: (value: unknown) => void,
    onError: (error: unknown) => void,
  ): void {
    if (isSettable(promise)) {
      this.#runInContext ??= snapshotContext()
      const run = this.#runInContext
      promise.whenSettled(
        (value) => run(() => onValue(value)),
        (error) => run(() => onError(error)),
      )
    }
    // A native promise runs its callbacks in the context of this call, which other thenables may not.
    else Promise.resolve(promise).then(onValue, onError)
  }
}
