type Finalizer = () => void | Promise<void>

/** The children and finalizers that must end before a dependency scope is final. Each may add others. */
export class PendingWork {
  #finalizers: Finalizer[] | undefined
  #openChildren = 0
  #resume: (() => void) | undefined
  #isComplete = false

  get isComplete(): boolean {
    return this.#isComplete
  }

  /** @returns a function to call once, when the child has ended */
  openChild(): () => void {
    this.#openChildren++
    return () => {
      if (--this.#openChildren > 0) return
      this.#resume?.()
      this.#resume = undefined
    }
  }

  /** Runs the finalizer once all children have ended. */
  addFinalizer(finalizer: Finalizer): void {
    if (this.#finalizers === undefined) this.#finalizers = [finalizer]
    else this.#finalizers.push(finalizer)
  }

  /**
   * Waits until nothing is left.
   *
   * @param onError receives the error of a finalizer
   * @returns nothing when there was nothing to wait for
   */
  complete(onError: (error: unknown) => void): Promise<void> | undefined {
    if (this.#openChildren > 0) return this.#completeLater(onError)
    const running = this.#runFinalizers(onError)
    if (running !== undefined || this.#openChildren > 0) return this.#completeLater(onError, running)
    // In the same turn as the last look at the children, so that no later child is overlooked.
    this.#isComplete = true
    return undefined
  }

  async #completeLater(onError: (error: unknown) => void, first?: Promise<void>): Promise<void> {
    let running = first
    do {
      try {
        await running
      } catch (error) {
        onError(error)
      }
      while (this.#openChildren > 0) {
        await new Promise<void>((resolve) => {
          this.#resume = resolve
        })
      }
      running = this.#runFinalizers(onError)
    } while (running !== undefined || this.#openChildren > 0)
    this.#isComplete = true
  }

  /** @returns a promise if the next finalizer must wait */
  #runFinalizers(onError: (error: unknown) => void): Promise<void> | undefined {
    for (let run = this.#finalizers?.shift(); run !== undefined; run = this.#finalizers?.shift()) {
      try {
        const running = run()
        if (running !== undefined) return running
        if (this.#openChildren > 0) return Promise.resolve()
      } catch (error) {
        onError(error)
      }
    }
    return undefined
  }
}
