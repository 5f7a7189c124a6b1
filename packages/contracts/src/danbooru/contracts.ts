import type { Contracts } from '../asyncapi/asyncapi.ts'
import { eventTypes } from './events/index.ts'
import { jobTypes } from './job-types.ts'
import { requestTypes } from './requests/index.ts'

/** Every job type, event and request of Danbooru, as `asyncApi` and `jsonSchemas` of `@danbooru-jobs/contracts/wire` take them. */
export const danbooruContracts: Contracts = {
  title: 'danbooru-jobs',
  description: "Danbooru's background jobs as messages on NATS. A body is the plain JSON payload.",
  jobs: jobTypes,
  events: eventTypes,
  requests: requestTypes,
}
