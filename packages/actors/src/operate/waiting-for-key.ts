import { jobHeader, placeOf, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import type { NatsConnection } from '@nats-io/transport-node'
import { parkedForKey, runningSlot } from '../admission/start-move.ts'
import { subjectCounts } from '../transport/subject-counts.ts'

/**
 * How many jobs of a type wait for the running one of their key (`one-running-one-queued`). Each lies among the delayed ones, at its
 * key, and only its headers tell: there is at most one for each job that runs, so those are asked about and no others.
 */
export async function waitingForKey(nats: NatsConnection, type: string): Promise<number> {
  let count = 0
  for await (const page of subjectCounts(nats, streamName.jobs, `jobs.${type}.*.${runningSlot}`)) {
    const keys = Object.keys(page).map((subject) => placeOf(subject).slice(0, -runningSlot.length - 1))
    const waits = await Promise.all(keys.map((key) => isParked(nats, subjects.scheduleAt(key))))
    count += waits.filter(Boolean).length
  }
  return count
}

async function isParked(nats: NatsConnection, subject: string): Promise<boolean> {
  const asked = JSON.stringify({ last_by_subj: subject })
  const { headers } = await nats.request(`$JS.API.DIRECT.GET.${streamName.jobs}`, asked, { timeout: 2_000 })
  return headers?.get(jobHeader.parked) === parkedForKey
}
