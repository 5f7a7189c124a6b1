import { defineSchedule, type Schedule } from '@danbooru-jobs/actors'
import type { CatchUp } from '@danbooru-jobs/actors/internal'
import type { JobType } from '@danbooru-jobs/contracts'
import {
  bigqueryExportAll,
  dmailInactiveApprovers,
  pruneApprovers,
  pruneBans,
  pruneBulkUpdateRequests,
  pruneJobs,
  prunePostDisapprovals,
  prunePosts,
  pruneRateLimits,
  regeneratePostCounts,
  retireTagRelationships,
  vacuumDatabase,
} from '@danbooru-jobs/contracts/danbooru'
import { z } from 'zod'

/** The name of the set: the schedules are `cron.maintenance.<job type>` on the NATS server. */
export const maintenanceSet = 'maintenance'

/** When, six fields: second, minute, hour, day of month, month, day of week. */
const hourly = '0 0 * * * *'
const daily = '0 0 0 * * *'
const weekly = '0 0 0 * * 0'
const monthly = '0 0 0 1 * *'

/**
 * Danbooru's maintenance (`DanbooruMaintenance` at commit b43a913ad7): every hour, every day at midnight, Sundays at midnight, and on the
 * first of the month at midnight. Danbooru's own scheduler counts the month from its start, which was not meant; `prune-bans`
 * is hourly as in Danbooru since July 2025; `amcheck-database` has no schedule, as there.
 *
 * Where clocks are turned at 2:00, as in New York, midnight exists once on every day: the daily jobs run once, after 23 or 25 hours, and
 * the hourly ones run every hour.
 *
 * After downtime a job runs once for all the times it missed (`last`), except for those that the next hour or night does as well
 * (`none`): a vacuum at noon would disturb.
 *
 * @param timeZone IANA name.
 */
export function maintenanceSchedules(timeZone: string): readonly Schedule[] {
  const schedule = (cron: string, job: JobType, catchUp: CatchUp = 'last') =>
    defineSchedule({ job, payload: {}, cron, timeZone, overlap: 'skip', catchUp })
  return [
    schedule(hourly, prunePosts),
    schedule(hourly, pruneRateLimits, 'none'),
    schedule(hourly, regeneratePostCounts, 'none'),
    schedule(hourly, pruneBans),
    schedule(daily, pruneJobs),
    schedule(daily, prunePostDisapprovals),
    schedule(daily, pruneBulkUpdateRequests),
    schedule(daily, bigqueryExportAll),
    schedule(daily, vacuumDatabase, 'none'),
    schedule(weekly, retireTagRelationships),
    schedule(weekly, dmailInactiveApprovers),
    schedule(monthly, pruneApprovers),
  ]
}

/** The settings of the service. The default is Danbooru's Eastern Time. */
export const maintenanceSettings = z.object({
  MAINTENANCE_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'must be an IANA name such as Europe/Berlin' })
    .default('America/New_York')
    .describe('the time zone whose midnight counts for the maintenance schedules'),
})

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
