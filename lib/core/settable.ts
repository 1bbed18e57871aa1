/**
 * A value that is set once. Unlike a promise, it calls back at once when it has its value. It makes a promise only when it is
 * asked for one: a page may have hundreds of fragments, and each promise costs about as much as the render of a small one.
 * An error that no reader asks for has no effect.
 */
export class Settable<T> implements PromiseLike<T> {
  #outcome: Outcome<T> | undefined
  #callbacks: Callbacks<T>[] | undefined
  #promise: Promise<T> | undefined
  #settlePromise: ((outcome: Outcome<T>) => void) | undefined

  get promise(): Promise<T> {
    this.#promise ??= new Promise<T>((resolve, reject) => {
      const settle = (outcome: Outcome<T>) =>
        'value' in outcome ? resolve(outcome.value) : reject(outcome.error)
      if (this.#outcome) settle(this.#outcome)
      else this.#settlePromise = settle
    })
    return this.#promise
  }

  /** The value, if it has been set. */
  get settledValue(): T | undefined {
    return this.#outcome && 'value' in this.#outcome ? this.#outcome.value : undefined
  }

  /** Sets the value. Later calls do nothing. */
  resolve(value: T): void {
    if (this.#outcome !== undefined) return
    this.#outcome = { value }
    this.#settlePromise?.(this.#outcome)
    const callbacks = this.#callbacks
    this.#callbacks = undefined
    if (callbacks) callAll(callbacks, ({ onValue }) => onValue(value))
  }

  reject(error: unknown): void {
    if (this.#outcome !== undefined) return
    this.#outcome = { error }
    // A reader of the promise receives its error. There may be none.
    this.#promise?.catch(() => {})
    this.#settlePromise?.(this.#outcome)
    const callbacks = this.#callbacks
    this.#callbacks = undefined
    if (callbacks) callAll(callbacks, ({ onError }) => onError?.(error))
  }

  /** Makes a promise, so that `await` works. */
  // biome-ignore lint/suspicious/noThenProperty: it is a promise for its readers
  then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.promise.then(onValue, onError)
  }

  /** Calls back with the value, at once if it is there. Without `onError`, an error has no effect. */
  whenSettled(onValue: (value: T) => void, onError?: (error: unknown) => void): void {
    if (this.#outcome === undefined) {
      // Almost all have one, and an empty list grows to a dozen places.
      if (this.#callbacks === undefined) this.#callbacks = [{ onValue, onError }]
      else this.#callbacks.push({ onValue, onError })
    } else if ('value' in this.#outcome) onValue(this.#outcome.value)
    else onError?.(this.#outcome.error)
  }
}

/** An error of one callback must not keep the others from being called. */
function callAll<T>(callbacks: readonly T[], call: (callback: T) => void): void {
  let failure: { readonly error: unknown } | undefined
  for (const callback of callbacks) {
    try {
      call(callback)
    } catch (error) {
      failure ??= { error }
    }
  }
  if (failure) throw failure.error
}

interface Callbacks<T> {
  readonly onValue: (value: T) => void
  readonly onError: ((error: unknown) => void) | undefined
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/** Calls back with the value or the error: at once, if the source is a `Settable` that has one. */
export function whenSettled<T>(
  source: PromiseLike<T>,
  onValue: (value: T) => void,
  onError: (error: unknown) => void,
): void {
  if (isSettable(source)) source.whenSettled(onValue, onError)
  else source.then(onValue, onError)
}

/** The modules of a store may be another copy than those of the engine. */
export function isSettable<T>(promise: PromiseLike<T>): promise is Settable<T> {
  return 'whenSettled' in promise
}

export function createResolved<T>(value: T): Settable<T> {
  const settable = new Settable<T>()
  settable.resolve(value)
  return settable
}
