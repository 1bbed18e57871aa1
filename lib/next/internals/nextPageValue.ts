/** HTTP headers as Next keeps them. */
export type NextHeaders = Record<string, string | string[] | number | undefined>

/** A page or the answer of a route handler, as Next passes it. `null` is a page that was not found. */
export type NextPageValue =
  | {
      readonly kind: 'APP_PAGE'
      readonly html: string
      readonly rscData: Buffer | undefined
      readonly headers: NextHeaders | undefined
      /** The state of a prerendered page whose dynamic parts are rendered for each request. */
      readonly postponed: string | undefined
      readonly status: number | undefined
      readonly segmentData: Map<string, Buffer> | undefined
    }
  | {
      readonly kind: 'APP_ROUTE'
      readonly body: Buffer
      readonly headers: NextHeaders
      readonly status: number
    }
  | {
      readonly kind: 'PAGES'
      readonly html: string
      readonly pageData: object
      readonly headers: NextHeaders | undefined
      readonly status: number | undefined
    }
  | { readonly kind: 'REDIRECT'; readonly props: object }

/** Lifetimes in seconds. `false` means until it is expired. */
export interface NextCacheControl {
  readonly revalidate: number | false
  readonly expire: number | undefined
}
