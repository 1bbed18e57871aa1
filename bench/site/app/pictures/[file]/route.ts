/** A grey PNG of 16 × 9 pixels. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAJCAAAAAAeQfPuAAAAD0lEQVR42mNoQAMMg0QAAIXUSAG1CN3UAAAAAElFTkSuQmCC',
  'base64',
)

/** Serves a picture under every name, so that the images of a page have different addresses. */
export function GET() {
  return new Response(picture, { headers: { 'content-type': 'image/png' } })
}
