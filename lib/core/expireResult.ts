/** The effect of an expiry or a refresh on prerendered pages. */
export interface PagesResult {
  /**
   * Whether Next renders the prerendered pages that show the objects again. It does so when the Server Action or the
   * route handler ends. Elsewhere, such as in a script or during a render, it cannot.
   */
  readonly pagesRevalidated: boolean
}

/** The result of `expireObj`. */
export interface ExpireResult extends PagesResult {
  /** Fragments removed from the store, and cached values of other programs, such as Django's. */
  readonly expired: number
}

/** The result of `refreshObj`. */
export interface RefreshResult extends PagesResult {
  /** Fragments marked stale in the store, and removed cached values of other programs. */
  readonly refreshed: number
}
