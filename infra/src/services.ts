import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { loadServices, serviceNames } from './service-folders.ts'

/** Every service of the repository, in the order of their folders. */
export const allServices: readonly ServiceDefinition[] = await loadServices(serviceNames())
