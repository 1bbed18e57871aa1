/**
 * The calls of the store that the fragments of one tree wait for: an outermost fragment and all that are rendered inside it.
 * While there are some, the tree does not wait for data of its own.
 */
export class StoreCalls {
  #pending = 0
  #callbacks: (() => void)[] = []

  get isIdle(): boolean {
    return this.#pending === 0
  }

  begin(): void {
    this.#pending++
  }

  end(): void {
    if (--this.#pending > 0) return
    const callbacks = this.#callbacks
    this.#callbacks = []
    for (const callback of callbacks) callback()
  }

  /** Calls back once, when the last call has ended. */
  whenIdle(callback: () => void): void {
    if (this.isIdle) callback()
    else this.#callbacks.push(callback)
  }
}
