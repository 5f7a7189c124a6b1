import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { deleteFavoritesWorker } from '@danbooru-jobs/delete-favorites'
import { deleteUserWorker } from '@danbooru-jobs/delete-user'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { deactivateUserResponder, userDeactivation } from '@danbooru-jobs/user-deactivation'

/** The services that a deactivation takes. */
export const deactivationServices: readonly ServiceDefinition[] = [
  deactivateUserResponder,
  userDeactivation,
  deleteUserWorker,
  deleteFavoritesWorker,
  outboxRelay,
]
