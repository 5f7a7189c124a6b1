import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { HttpRoute } from '../runtime/http-route.ts'

/** The HTTP server of a process. */
export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves routes until it is closed. A path that no route answers is answered with 404.
 *
 * @param port 0 for any free port.
 * @throws Error if two routes have the same path, or the port is taken.
 */
export async function serveHttp(
  routes: readonly HttpRoute[],
  port: number,
  log: Logger,
): Promise<HttpServer> {
  requireDistinct(routes)
  const server = createServer((request, response) => {
    void answer(routes, request, response).catch((error) => {
      log.error({ err: error, url: request.url }, 'a request could not be answered')
      if (response.headersSent) response.destroy()
      else answerJson(response, 500, { status: 'error' })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The route that answers a path: the longest of those that match. */
export function routeOf(routes: readonly HttpRoute[], path: string): HttpRoute | undefined {
  return routes
    .filter((route) => route.path === path || (route.path.endsWith('/') && path.startsWith(route.path)))
    .reduce<HttpRoute | undefined>(
      (best, route) => (best === undefined || route.path.length > best.path.length ? route : best),
      undefined,
    )
}

async function answer(
  routes: readonly HttpRoute[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?')
  const route = routeOf(routes, path)
  if (route) await route.handle(request, response)
  else answerJson(response, 404, { status: 'not found' })
}

function requireDistinct(routes: readonly HttpRoute[]): void {
  const paths = new Set<string>()
  for (const { path } of routes) {
    if (paths.has(path)) throw new Error(`two services of this process answer ${path}`)
    paths.add(path)
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
