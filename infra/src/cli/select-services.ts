import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { unknownName } from './arguments.ts'
import { UsageError } from './failure.ts'

/**
 * The services named in a list such as `delete-user,delete-favorites`; all of them without a list. One name may stand for
 * several definitions: a service's lifecycle and the request that begins it.
 *
 * @throws {UsageError} when a name is unknown, or none is given
 */
export function selectServices(
  all: readonly ServiceDefinition[],
  only: string | undefined,
): readonly ServiceDefinition[] {
  if (only === undefined) return all
  const names = new Set(only.split(',').flatMap((name) => name.trim() || []))
  if (names.size === 0) throw new UsageError('--only needs at least one service.')
  const known = new Set(all.map((service) => service.name))
  for (const name of names) if (!known.has(name)) unknownName('service', name, [...known])
  return all.filter((service) => names.has(service.name))
}
