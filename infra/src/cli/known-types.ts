import { jobTypesInHistory } from '@danbooru-jobs/actors/operate'
import type { Database } from '@danbooru-jobs/actors/program'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { unknownName } from './arguments.ts'

/**
 * The job types of a list separated by commas. Types that this version does not declare are known if the history has jobs of them.
 *
 * @throws {UsageError} with the nearest name when one is unknown
 */
export async function typesArgument(
  run: Database['run'],
  list: string | undefined,
): Promise<readonly string[] | undefined> {
  if (list === undefined) return undefined
  const types = list.split(',').map((type) => type.trim())
  const declared: readonly string[] = jobTypes.map(({ name }) => name)
  if (types.every((type) => declared.includes(type))) return types
  const known = new Set([...declared, ...(await jobTypesInHistory(run))])
  for (const type of types) if (!known.has(type)) unknownName('job type', type, [...known])
  return types
}
