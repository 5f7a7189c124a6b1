import { existsSync, readdirSync } from 'node:fs'
import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { servicesOf } from '@danbooru-jobs/actors/main'

const folder = new URL('../../services/', import.meta.url)

/** The names of all services: the folders in `services/` that have a `src/<name>.ts`, sorted. No service is loaded. */
export function serviceNames(): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(moduleOf(entry.name)))
    .map(({ name }) => name)
    .sort()
}

/** The definitions that services export from `services/<name>/src/<name>.ts`, in the order of the names. */
export async function loadServices(names: readonly string[]): Promise<readonly ServiceDefinition[]> {
  const modules = await Promise.all(names.map((name) => import(moduleOf(name).href)))
  return modules.flatMap(servicesOf)
}

function moduleOf(name: string): URL {
  return new URL(`${name}/src/${name}.ts`, folder)
}
