/**
 * Runs calls that find others, depth first and in the order in which a call finds them. Uses no recursion, because fragments may be
 * nested deeply.
 */
export class CallQueue<T> {
  readonly #call: (item: T) => void
  /** Found by the current call. */
  #found: T[] = []
  /** The next is at the end. */
  readonly #waiting: T[] = []
  #isRunning = false

  constructor(call: (item: T) => void) {
    this.#call = call
  }

  add(item: T): void {
    this.#found.push(item)
  }

  /** Runs all calls, or leaves them to the run that is under way. */
  run(): void {
    this.#queueFound()
    if (this.#isRunning) return
    this.#isRunning = true
    for (let item = this.#waiting.pop(); item !== undefined; item = this.#waiting.pop()) {
      this.#call(item)
      this.#queueFound()
    }
    this.#isRunning = false
  }

  #queueFound(): void {
    if (this.#found.length === 0) return
    this.#waiting.push(...this.#found.reverse())
    this.#found = []
  }
}
