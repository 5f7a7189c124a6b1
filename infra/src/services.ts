import type { ServiceDefinition } from '@danbooru-jobs/actors'
import { amcheckDatabaseWorker } from '@danbooru-jobs/amcheck-database'
import { batches } from '@danbooru-jobs/batches'
import { deleteFavoritesWorker } from '@danbooru-jobs/delete-favorites'
import { deleteUserWorker } from '@danbooru-jobs/delete-user'
import { dmailInactiveApproversWorker } from '@danbooru-jobs/dmail-inactive-approvers'
import { jobHistory } from '@danbooru-jobs/job-history'
import { maintenance } from '@danbooru-jobs/maintenance'
import { outboxRelay } from '@danbooru-jobs/outbox-relay'
import { pruneApproversWorker } from '@danbooru-jobs/prune-approvers'
import { pruneBansWorker } from '@danbooru-jobs/prune-bans'
import { pruneBulkUpdateRequestsWorker } from '@danbooru-jobs/prune-bulk-update-requests'
import { pruneJobsWorker } from '@danbooru-jobs/prune-jobs'
import { prunePostDisapprovalsWorker } from '@danbooru-jobs/prune-post-disapprovals'
import { prunePostsWorker } from '@danbooru-jobs/prune-posts'
import { pruneRateLimitsWorker } from '@danbooru-jobs/prune-rate-limits'
import { regeneratePostCountsWorker } from '@danbooru-jobs/regenerate-post-counts'
import { retireTagRelationshipsWorker } from '@danbooru-jobs/retire-tag-relationships'
import { unknownJobs } from '@danbooru-jobs/unknown-jobs'
import { deactivateUserResponder, userDeactivation } from '@danbooru-jobs/user-deactivation'
import { vacuumDatabaseWorker } from '@danbooru-jobs/vacuum-database'

/** Every service there is, in the order in which `npm start` shows them. */
export const allServices: readonly ServiceDefinition[] = [
  outboxRelay,
  batches,
  maintenance,
  pruneRateLimitsWorker,
  regeneratePostCountsWorker,
  amcheckDatabaseWorker,
  pruneJobsWorker,
  prunePostDisapprovalsWorker,
  pruneBansWorker,
  vacuumDatabaseWorker,
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
