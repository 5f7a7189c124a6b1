import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { loadServices, serviceNames } from '../service-folders.ts'
import { unknownName } from './arguments.ts'
import { UsageError } from './failure.ts'

/**
 * Loads the services that `--only` names, such as `delete-user,delete-favorites`; all of them without a list. The name of a folder in
 * `services/` stands for everything in it, and only that folder is loaded.
 *
 * @throws {UsageError} when a name is unknown, or none is given
 */
export async function chosenServices(only: string | undefined): Promise<readonly ServiceDefinition[]> {
  const folders = serviceNames()
  if (only === undefined) return loadServices(folders)
  const names = namesIn(only)
  const chosen = folders.filter((folder) => names.has(folder))
  if (chosen.length === names.size) return loadServices(chosen)
  const all = await Promise.all(folders.map(async (name) => ({ name, services: await loadServices([name]) })))
  return selectServices(all, names)
}

/** A folder in `services/` with what it exports. */
export interface ServiceFolder {
  readonly name: string
  readonly services: readonly ServiceDefinition[]
}

/**
 * The services of some names, each the name of a folder or of a definition. One name may stand for several definitions: a service's
 * lifecycle and the request that begins it.
 *
 * @throws {UsageError} when a name is unknown
 */
export function selectServices(
  all: readonly ServiceFolder[],
  names: ReadonlySet<string>,
): readonly ServiceDefinition[] {
  const known = new Set(all.flatMap(({ name, services }) => [name, ...services.map((one) => one.name)]))
  for (const name of names) if (!known.has(name)) unknownName('service', name, [...known])
  return all.flatMap((folder) =>
    folder.services.filter(({ name }) => names.has(folder.name) || names.has(name)),
  )
}

/** @throws {UsageError} when there is none */
export function namesIn(list: string): ReadonlySet<string> {
  const names = new Set(list.split(',').flatMap((name) => name.trim() || []))
  if (names.size === 0) throw new UsageError('--only needs at least one service.')
  return names
}
