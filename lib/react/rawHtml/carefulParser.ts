import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  defaultTreeAdapter,
  html,
  Parser,
  type Token,
} from 'parse5'
import { HtmlObstacle } from './htmlObstacle.ts'
import { MAX_DEPTH } from './writeHtml.ts'

type Element = DefaultTreeAdapterTypes.Element

/** Elements outside of the HTML: a document with the parents of a table cell. */
const MAX_OPEN_ELEMENTS = MAX_DEPTH + 10

/** Elements that a parser may add for a tag: a `<td>` in a `<table>` gets a `<tr>` in a `<tbody>`. */
const MAX_ELEMENTS_PER_TAG = 3

export const UNBALANCED = 'unbalanced tags'

/**
 * A parser that gives up where a browser would repair the HTML depending on the elements around it. It also gives up
 * before it spends more than a linear time.
 *
 * - A start tag without an element is for instance a `<tr>` outside of a table, or a second `<form>`.
 * - An end tag that closes nothing might close an element around the HTML.
 */
export class CarefulParser extends Parser<DefaultTreeAdapterMap> {
  #openElements = 0
  #closedElements = 0
  #elements = 0
  #tags = 0

  /**
   * @param text with a tag
   * @throws {HtmlObstacle} for HTML that is not balanced
   */
  static parseDocument(text: string): DefaultTreeAdapterTypes.Document {
    const parser = new CarefulParser()
    parser.tokenizer.write(text, true)
    // Another version of the parser may call other methods.
    if (parser.#tags === 0) throw new HtmlObstacle(UNBALANCED)
    return parser.document
  }

  /**
   * Parses text as the inner HTML of an element.
   *
   * @throws {HtmlObstacle} for HTML that is not balanced
   */
  static parseContent(tag: string, text: string): DefaultTreeAdapterTypes.ChildNode[] {
    const namespace = tag === 'svg' ? html.NS.SVG : html.NS.HTML
    const context = defaultTreeAdapter.createElement(tag, namespace, [])
    const parser = CarefulParser.getFragmentParser<DefaultTreeAdapterMap>(context) as CarefulParser
    parser.tokenizer.write(text, true)
    return parser.getFragment().childNodes
  }

  override onStartTag(token: Token.TagToken): void {
    const elements = this.#elements
    this.#tags++
    super.onStartTag(token)
    if (this.#elements === elements) throw new HtmlObstacle(UNBALANCED)
  }

  override onEndTag(token: Token.TagToken): void {
    const closedElements = this.#closedElements
    this.#tags++
    super.onEndTag(token)
    if (this.#closedElements === closedElements) throw new HtmlObstacle(UNBALANCED)
  }

  override _createElement(...args: Parameters<Parser<DefaultTreeAdapterMap>['_createElement']>): Element {
    this.#elements++
    if (this.#elements > MAX_ELEMENTS_PER_TAG * this.#tags + MAX_OPEN_ELEMENTS)
      throw new HtmlObstacle(UNBALANCED)
    return super._createElement(...args)
  }

  override onItemPush(...args: Parameters<Parser<DefaultTreeAdapterMap>['onItemPush']>): void {
    this.#openElements++
    if (this.#openElements > MAX_OPEN_ELEMENTS) throw new HtmlObstacle('too deep')
    super.onItemPush(...args)
  }

  override onItemPop(...args: Parameters<Parser<DefaultTreeAdapterMap>['onItemPop']>): void {
    this.#openElements--
    this.#closedElements++
    super.onItemPop(...args)
  }
}
