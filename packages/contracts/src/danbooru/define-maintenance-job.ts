import { z } from 'zod'
import { defineJob, type JobType } from '../define/define-job.ts'
import type { Duration } from '../define/duration.ts'

const noArguments = z.object({})

/**
 * Declares a maintenance job: no arguments, never two of them at once, queued or running. Its unique key is `all`.
 *
 * @throws TypeError if the name is not kebab-case.
 */
export function defineMaintenanceJob<const Name extends string>(declaration: {
  readonly name: Name
  readonly title: string
  readonly timeLimit?: Duration
}): JobType<Name, typeof noArguments> {
  const { timeLimit, ...named } = declaration
  return defineJob({
    ...named,
    payload: noArguments,
    delivery: {
      ...(timeLimit === undefined ? {} : { timeLimit }),
      maxRunning: 1,
      unique: { mode: 'while-queued-or-running', key: () => 'all' },
    },
  })
}
