/** The reason why HTML of a site cannot become HTML of this library. */
export class HtmlObstacle extends Error {
  /** @param reason a few words for the authors of the site, such as `script` */
  constructor(readonly reason: string) {
    super(reason)
  }
}
