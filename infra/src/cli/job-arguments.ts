import type { JobType } from '@danbooru-jobs/contracts'
import { jobTypeByName, jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { unknownName } from './arguments.ts'

/**
 * The job type of that name.
 *
 * @throws {UsageError} naming those that exist
 */
export function jobTypeArgument(name: string): JobType {
  return (
    jobTypeByName(name) ??
    unknownName(
      'job type',
      name,
      jobTypes.map((type) => type.name),
    )
  )
}
