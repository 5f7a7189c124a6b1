import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Whether a service lives, and whether it can do its work. */
export interface Health {
  /** What keeps the service from its work; nothing when it is ready. */
  problems(): Promise<readonly string[]>
}

/**
 * Answers `GET /healthz` (the process lives: 200) and `GET /readyz` (it can do its work: 200, otherwise 503 with the reasons), for
 * Kubernetes probes.
 *
 * @param port 0 for any free port.
 */
export async function serveHealth(
  health: Health,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(health, request.url ?? '/').then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

async function answer(health: Health, url: string): Promise<{ status: number; body: object }> {
  const path = url.split('?')[0]
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } }
  if (path !== '/readyz') return { status: 404, body: { status: 'not found' } }
  const problems = await health.problems()
  return problems.length === 0
    ? { status: 200, body: { status: 'ready' } }
    : { status: 503, body: { status: 'not ready', problems } }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
