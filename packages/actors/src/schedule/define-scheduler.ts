import { streamName, tickConsumer } from '@danbooru-jobs/contracts/wire'
import type { z } from 'zod'
import { type DaemonDefinition, daemon } from '../runtime/daemon.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'
import type { Schedule } from './define-schedule.ts'
import { Scheduler } from './scheduler.ts'

/** The options of a scheduler. */
export interface SchedulerOptions<Settings extends SettingsSchema> {
  /** One sentence for operators. Default: names the set. */
  readonly title?: string
  /** Environment variables that the schedules depend on, for example a time zone. */
  readonly settings?: Settings
}

/**
 * The service that enqueues jobs by schedule. It reconciles the schedules of its set when it starts: those that are not declared any
 * more are removed. Replicas are safe.
 *
 * @param set the name of the set in kebab-case; every schedule belongs to one. It is also the name of the service.
 * @param schedules made with {@link defineSchedule}, or a function that makes them from the settings.
 */
export function scheduler<Settings extends SettingsSchema = z.ZodObject>(
  set: string,
  schedules: readonly Schedule[] | ((settings: z.output<Settings>) => readonly Schedule[]),
  options: SchedulerOptions<Settings> = {},
): DaemonDefinition {
  const { title = `Enqueues jobs by the schedules of ${set}`, settings } = options
  const declared = (read: z.output<Settings>) =>
    typeof schedules === 'function' ? schedules(read) : schedules
  return daemon({
    name: set,
    title,
    usesDatabase: true,
    ...(settings && { settings }),
    consumers: [{ stream: streamName.schedules, consumer: tickConsumer(set) }],
    start: (context, provided) => new Scheduler(context, set, declared(provided.settings)).start(),
  })
}
