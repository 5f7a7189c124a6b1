import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expositionType } from '../metrics/exposition.ts'

/** Whether a service lives, and whether it can do its work. */
export interface Health {
  /** What keeps the service from its work; nothing when it is ready. */
  problems(): Promise<readonly string[]>
  /** Numbers in the text format of Prometheus. */
  metrics(): Promise<string>
}

/**
 * Answers `GET /healthz` (the process lives: 200) and `GET /readyz` (it can do its work: 200, otherwise 503 with the reasons), for
 * Kubernetes probes, and `GET /metrics` for Prometheus.
 *
 * @param port 0 for any free port.
 */
export async function serveHealth(
  health: Health,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(health, request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

async function answer(health: Health, url: string): Promise<Answer> {
  const path = url.split('?')[0]
  if (path === '/healthz') return json(200, { status: 'ok' })
  if (path === '/metrics') return { status: 200, type: expositionType, body: await health.metrics() }
  if (path !== '/readyz') return json(404, { status: 'not found' })
  const problems = await health.problems()
  return problems.length === 0 ? json(200, { status: 'ready' }) : json(503, { status: 'not ready', problems })
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
