import { maintenanceJobs, runAllMaintenance } from '@danbooru-jobs/maintenance'
import { jetstreamManager } from '@nats-io/jetstream'
import type { Answer } from './answer.ts'
import { unknownName } from './arguments.ts'
import { withNats } from './connections.ts'
import { maintenanceText } from './format/schedules.ts'

/**
 * Runs maintenance jobs now and waits for their ends.
 *
 * @param only names of job types; undefined for all
 * @throws {UsageError} naming those that exist
 */
export async function runMaintenance(
  only: readonly string[] | undefined,
): Promise<Answer & { readonly failed: boolean }> {
  const jobs = only === undefined ? maintenanceJobs : only.map(maintenanceJob)
  const reports = await withNats(async (nats) =>
    runAllMaintenance({ nats, jsm: await jetstreamManager(nats) }, { jobs }),
  )
  const failed = reports.some(({ outcome }) => outcome.state === 'discarded' || outcome.state === 'cancelled')
  return { value: reports, text: (isColoured) => maintenanceText(reports, isColoured), failed }
}

function maintenanceJob(name: string) {
  const names = maintenanceJobs.map((job) => job.name)
  return maintenanceJobs.find((job) => job.name === name) ?? unknownName('maintenance job', name, names)
}
