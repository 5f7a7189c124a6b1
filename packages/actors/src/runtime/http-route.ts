import type { IncomingMessage, ServerResponse } from 'node:http'

/** Requests that a daemon answers on the HTTP port of its process (`HEALTH_PORT`; `PORT` with `npm start`). */
export interface HttpRoute {
  /**
   * The path that is answered: `/metrics`. One that ends with a slash is answered with everything below it: `/` is every path that no
   * other route answers. The longest path decides.
   */
  readonly path: string
  /** Answers a request of any method. An error becomes status 500 and a line in the log of the service. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>
}
