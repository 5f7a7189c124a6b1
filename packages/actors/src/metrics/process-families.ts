import type { Family } from './exposition.ts'

/** The connections and slots of a process. */
export interface ProcessNumbers {
  readonly natsConnected: boolean
  readonly reconnects: number
  readonly slots: { readonly size: number; readonly free: number }
}

/** What the process as a whole is doing. */
export function processFamilies(numbers: ProcessNumbers): Family[] {
  const one = (name: string, type: Family['type'], help: string, value: number): Family => ({
    name,
    help,
    type,
    samples: [{ labels: {}, value }],
  })
  const { slots, natsConnected, reconnects } = numbers
  const { user, system } = process.cpuUsage()
  return [
    one(
      'danbooru_jobs_nats_connected',
      'gauge',
      'Whether the process is connected to NATS.',
      Number(natsConnected),
    ),
    one(
      'danbooru_jobs_nats_reconnects_total',
      'counter',
      'How often the connection was found again.',
      reconnects,
    ),
    one('danbooru_jobs_slots', 'gauge', 'How many jobs the process may run at once.', slots.size),
    one('danbooru_jobs_slots_busy', 'gauge', 'How many jobs the process runs.', slots.size - slots.free),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss()),
    one('process_cpu_seconds_total', 'counter', 'Processor time used.', (user + system) / 1_000_000),
  ]
}

/** The numbers of a daemon under names made from its own and theirs: `secondsBehind` of `job-history` is `…_job_history_seconds_behind`. */
export function daemonFamilies(service: string, numbers: Readonly<Record<string, number>>): Family[] {
  return Object.entries(numbers).map(([name, value]) => ({
    name: `danbooru_jobs_${snake(service)}_${snake(name)}`,
    help: `${name} of ${service}.`,
    type: 'gauge',
    samples: [{ labels: {}, value }],
  }))
}

function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
}
