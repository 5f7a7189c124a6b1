import type { RunningService } from '@danbooru-jobs/actors/operate'
import { type Column, shorten, table } from './table.ts'
import { timeText } from './time.ts'

const columns: readonly Column<RunningService>[] = [
  { title: 'name', value: (service) => service.name },
  { title: 'kind', value: (service) => service.kind ?? '-' },
  { title: 'host', value: (service) => service.host ?? '-' },
  { title: 'version', value: (service) => service.version },
  { title: 'started', value: (service) => timeText(service.startedAt) },
  { title: 'handled', value: (service) => sum(service, 'requests'), align: 'right' },
  {
    title: 'errors',
    value: (service) => sum(service, 'errors'),
    align: 'right',
    tone: (service) => (sum(service, 'errors') > 0 ? 'bad' : undefined),
  },
  { title: 'last error', value: (service) => shorten(lastError(service), 60) },
]

/** Services as a table, or a sentence when none runs. Times are UTC. */
export function servicesText(services: readonly RunningService[], isColoured = false): string {
  return services.length === 0 ? 'no services' : table(columns, services, isColoured)
}

function sum({ endpoints }: RunningService, number: 'requests' | 'errors'): number {
  return endpoints.reduce((total, endpoint) => total + endpoint[number], 0)
}

function lastError({ endpoints }: RunningService): string {
  return endpoints.find((endpoint) => endpoint.lastError !== null)?.lastError ?? ''
}
