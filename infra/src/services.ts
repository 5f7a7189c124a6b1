import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { unknownJobs } from '@danbooru-jobs/unknown-jobs'

/** Every service there is, in the order in which `npm start` shows them. */
export const allServices: readonly ServiceDefinition[] = [outboxRelay, unknownJobs()]
