import { expositionType } from '../metrics/exposition.ts'
import type { HttpRoute } from '../runtime/http-route.ts'
import { answerJson } from './http-server.ts'

/** The health of a process, and its numbers. */
export interface Health {
  /** What keeps the process from its work; nothing when it is ready. */
  problems(): Promise<readonly string[]>
  /** Numbers in the text format of Prometheus. */
  metrics(): Promise<string>
}

/**
 * `/healthz` (the process lives: 200) and `/readyz` (it can do its work: 200, otherwise 503 with the reasons), for Kubernetes probes,
 * and `/metrics` for Prometheus.
 */
export function healthRoutes(health: Health): readonly HttpRoute[] {
  return [
    { path: '/healthz', handle: (_request, response) => answerJson(response, 200, { status: 'ok' }) },
    {
      path: '/readyz',
      handle: async (_request, response) => {
        const problems = await health.problems()
        if (problems.length === 0) answerJson(response, 200, { status: 'ready' })
        else answerJson(response, 503, { status: 'not ready', problems })
      },
    },
    {
      path: '/metrics',
      handle: async (_request, response) => {
        const text = await health.metrics()
        response.writeHead(200, { 'content-type': expositionType }).end(text)
      },
    },
  ]
}
