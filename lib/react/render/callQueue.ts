/**
 * Runs calls that find others, depth first and in the order in which a call finds them. Uses no recursion, because fragments may be
 * nested deeply.
 */
export class CallQueue<T> {
  readonly #call: (item: T) => void
  /** Found by the current call. */
  #found: T[] | undefined
  /** The next is at the end. */
  #waiting: T[] | undefined
  #isRunning = false

  constructor(call: (item: T) => void) {
    this.#call = call
  }

  add(item: T): void {
    // Most calls find one, and an empty list grows to a dozen places.
    if (this.#found === undefined) this.#found = [item]
    else this.#found.push(item)
  }

  /** Runs all calls, or leaves them to the run that is under way. */
  run(): void {
    this.#queueFound()
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let item = this.#waiting?.pop(); item !== undefined; item = this.#waiting?.pop()) {
        this.#call(item)
        this.#queueFound()
      }
    } finally {
      this.#isRunning = false
    }
  }

  #queueFound(): void {
    const found = this.#found
    if (found === undefined) return
    this.#found = undefined
    found.reverse()
    if (this.#waiting === undefined || this.#waiting.length === 0) this.#waiting = found
    else for (const item of found) this.#waiting.push(item)
  }
}
