import type { ScheduleStatus } from '@danbooru-jobs/actors/operate'
import type { MaintenanceReport } from '@danbooru-jobs/maintenance'
import { stateTone } from './colour.ts'
import { shorten, table } from './table.ts'
import { timeText } from './time.ts'

const none = '-'

/** Schedules as a table. Times are UTC. */
export function schedulesText(schedules: readonly ScheduleStatus[], isColoured = false): string {
  if (schedules.length === 0) return 'no schedules yet: their services make them when they start'
  return table(
    [
      { title: 'set', value: (one) => one.set },
      { title: 'name', value: (one) => one.name },
      { title: 'cron', value: (one) => one.rule.cron },
      { title: 'zone', value: (one) => one.rule.timeZone },
      { title: 'last due', value: (one) => optionalTime(one.lastDueAt) },
      { title: 'became', value: (one) => one.lastOutcome ?? none },
      {
        title: 'next due',
        value: (one) => (one.pausedAt ? 'paused' : optionalTime(one.nextDueAt)),
        tone: (one) => (one.pausedAt ? 'warning' : undefined),
      },
      { title: 'runs', value: (one) => one.runs, align: 'right' },
      { title: 'skipped', value: (one) => one.skipped, align: 'right' },
      { title: 'missed', value: (one) => one.missed, align: 'right' },
    ],
    schedules,
    isColoured,
  )
}

/** What maintenance jobs changed, as a table. */
export function maintenanceText(reports: readonly MaintenanceReport[], isColoured = false): string {
  return table(
    [
      { title: 'job', value: (one) => one.job },
      { title: 'state', value: (one) => one.outcome.state, tone: (one) => stateTone(one.outcome.state) },
      { title: 'result', value: (one) => shorten(resultText(one), 120) },
    ],
    reports,
    isColoured,
  )
}

function resultText({ outcome }: MaintenanceReport): string {
  switch (outcome.state) {
    case 'done':
      return outcome.result === undefined ? '' : JSON.stringify(outcome.result)
    case 'discarded':
    case 'cancelled':
      return outcome.reason
    case 'already-queued':
      return 'one is queued or running already'
    case 'no-service':
      return 'its service has never run here'
    case 'still-running':
      return 'it still runs'
    default:
      return outcome satisfies never
  }
}

function optionalTime(time: Date | undefined): string {
  return time === undefined ? none : timeText(time)
}
