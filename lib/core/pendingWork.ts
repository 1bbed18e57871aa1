type Finalizer = () => void | Promise<void>

/** The children and finalizers that must end before a dependency scope is final. Each may add others. */
export interface PendingWork {
  /** @param child must not reject */
  addChild(child: Promise<void>): void
  /** Runs the finalizer once all children have ended. */
  addFinalizer(finalizer: Finalizer): void
  /**
   * Resolves when nothing is left.
   *
   * @param onError receives the error of a finalizer
   */
  complete(onError: (error: unknown) => void): Promise<void>
  readonly isComplete: boolean
}

export function createPendingWork(): PendingWork {
  const children = new Set<Promise<void>>()
  const finalizers: Finalizer[] = []
  let isComplete = false

  return {
    get isComplete() {
      return isComplete
    },
    addChild(child) {
      children.add(child)
    },
    addFinalizer(finalizer) {
      finalizers.push(finalizer)
    },
    async complete(onError) {
      let childCount: number
      do {
        childCount = children.size
        await Promise.all(children)
        if (childCount !== children.size) continue
        try {
          for (const finalizer of finalizers.splice(0)) await finalizer()
        } catch (error) {
          onError(error)
        }
      } while (childCount !== children.size || finalizers.length > 0)
      // In the same turn as the last look at the children, so that no later child is overlooked.
      isComplete = true
    },
  }
}
