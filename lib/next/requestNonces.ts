/**
 * The nonces of the Content-Security-Policy that the output of a request may contain: its own, and those of the requests whose
 * fragments it shows while they are rendered.
 */
export class RequestNonces {
  readonly #nonces = new Set<string>()
  readonly #followers: RequestNonces[] = []

  add(nonce: string): void {
    if (this.#nonces.has(nonce)) return
    this.#nonces.add(nonce)
    for (const follower of this.#followers) follower.add(nonce)
  }

  /** Adds the nonces of another request, also those that it gets later. */
  follow(other: RequestNonces): void {
    if (other === this || other.#followers.includes(this)) return
    other.#followers.push(this)
    for (const nonce of other.#nonces) this.add(nonce)
  }

  some(predicate: (nonce: string) => boolean): boolean {
    for (const nonce of this.#nonces) if (predicate(nonce)) return true
    return false
  }
}
