/** The waits for the store of one tree: of an outermost fragment and of all that are rendered inside it. */
export class StoreWaits {
  #pendingCalls = 0
  #callbacks: (() => void)[] = []
  #leaseWaitUntil: number | undefined

  get isIdle(): boolean {
    return this.#pendingCalls === 0
  }

  beginCall(): void {
    this.#pendingCalls++
  }

  endCall(): void {
    if (--this.#pendingCalls > 0) return
    const callbacks = this.#callbacks
    this.#callbacks = []
    for (const callback of callbacks) callback()
  }

  /** Calls back once, when the last call has ended. */
  whenIdle(callback: () => void): void {
    if (this.isIdle) callback()
    else this.#callbacks.push(callback)
  }

  /**
   * Returns for how many milliseconds a fill may still wait for other processes. The whole tree waits no longer than one fill
   * may: a process that crashes leaves a lease on each level.
   */
  getLeaseWait(milliseconds: number): number {
    const now = performance.now()
    this.#leaseWaitUntil ??= now + milliseconds
    return Math.max(0, this.#leaseWaitUntil - now)
  }
}
