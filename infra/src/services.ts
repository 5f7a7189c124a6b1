import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { deleteFavoritesWorker } from '@danbooru-jobs/delete-favorites'
import { deleteUserWorker } from '@danbooru-jobs/delete-user'
import { dmailInactiveApproversWorker } from '@danbooru-jobs/dmail-inactive-approvers'
import { jobHistory } from '@danbooru-jobs/job-history'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { pruneApproversWorker } from '@danbooru-jobs/prune-approvers'
import { pruneBulkUpdateRequestsWorker } from '@danbooru-jobs/prune-bulk-update-requests'
import { prunePostsWorker } from '@danbooru-jobs/prune-posts'
import { retireTagRelationshipsWorker } from '@danbooru-jobs/retire-tag-relationships'
import { unknownJobs } from '@danbooru-jobs/unknown-jobs'
import { deactivateUserResponder, userDeactivation } from '@danbooru-jobs/user-deactivation'

/** Every service there is, in the order in which `npm start` shows them. */
export const allServices: readonly ServiceDefinition[] = [
  outboxRelay,
  prunePostsWorker,
  pruneBulkUpdateRequestsWorker,
  retireTagRelationshipsWorker,
  dmailInactiveApproversWorker,
  pruneApproversWorker,
  deactivateUserResponder,
  userDeactivation,
  deleteUserWorker,
  deleteFavoritesWorker,
  unknownJobs(),
  jobHistory,
]
