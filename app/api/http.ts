const MAX_BODY = 16 * 1024

/** An error that {@link createHandler} returns to the client as JSON. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: Record<string, string>,
  ) {
    super(message)
  }
}

/** Wraps a route handler, so that an {@link HttpError} becomes a JSON response with its status. */
export function createHandler<Context>(handle: (request: Request, context: Context) => Promise<Response>) {
  return async (request: Request, context: Context): Promise<Response> => {
    try {
      return await handle(request, context)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      const { status, message, errors } = error
      return Response.json(errors ? { error: message, errors } : { error: message }, { status })
    }
  }
}

/**
 * Reads the JSON object in the body of a request. The demo has no accounts, so it can only reject requests
 * that another site sends through a visitor's browser.
 *
 * @throws {HttpError} when the request comes from another site, or its body is not a JSON object
 */
export async function readJsonObject(request: Request): Promise<Record<string, unknown>> {
  rejectOtherSites(request)
  if (request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new HttpError(415, 'The body must be application/json.')
  }
  const body = parse(await readText(request))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'The body must be a JSON object.')
  }
  return body as Record<string, unknown>
}

function rejectOtherSites(request: Request): void {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  const isForeign =
    origin !== null && !(URL.canParse(origin) && new URL(origin).host === request.headers.get('host'))
  if (isForeign || (site !== null && site !== 'same-origin' && site !== 'none')) {
    throw new HttpError(403, 'Requests from other sites are refused.')
  }
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let size = 0
  let text = ''
  try {
    // The Content-Length header may be missing or wrong, so the received bytes are counted.
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > MAX_BODY) throw new HttpError(413, `The body must not exceed ${MAX_BODY} bytes.`)
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw new HttpError(400, 'The body could not be read as UTF-8.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpError(400, 'The body is not valid JSON.')
  }
}
