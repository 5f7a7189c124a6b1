import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { jobHistory } from '@danbooru-jobs/job-history'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'

/** Every service there is, in the order in which `npm start` shows them. */
export const allServices: readonly ServiceDefinition[] = [outboxRelay, jobHistory]
