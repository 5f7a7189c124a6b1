import type { JobType } from '../../define/define-job.ts'
import { amcheckDatabase } from './amcheck-database.ts'
import { bigqueryExport } from './bigquery-export.ts'
import { bigqueryExportAll } from './bigquery-export-all.ts'
import { deleteFavorites } from './delete-favorites.ts'
import { deleteUser } from './delete-user.ts'
import { discordNotification } from './discord-notification.ts'
import { dmailInactiveApprovers } from './dmail-inactive-approvers.ts'
import { iqdbAddPost } from './iqdb-add-post.ts'
import { iqdbRemovePost } from './iqdb-remove-post.ts'
import { mailDelivery } from './mail-delivery.ts'
import { populateSavedSearch } from './populate-saved-search.ts'
import { processBulkUpdateRequest } from './process-bulk-update-request.ts'
import { processUpload } from './process-upload.ts'
import { processUploadMediaAsset } from './process-upload-media-asset.ts'
import { pruneApprovers } from './prune-approvers.ts'
import { pruneBans } from './prune-bans.ts'
import { pruneBulkUpdateRequests } from './prune-bulk-update-requests.ts'
import { pruneJobs } from './prune-jobs.ts'
import { prunePostDisapprovals } from './prune-post-disapprovals.ts'
import { prunePosts } from './prune-posts.ts'
import { pruneRateLimits } from './prune-rate-limits.ts'
import { regeneratePost } from './regenerate-post.ts'
import { regeneratePostCounts } from './regenerate-post-counts.ts'
import { retireTagRelationships } from './retire-tag-relationships.ts'
import { vacuumDatabase } from './vacuum-database.ts'

export {
  amcheckDatabase,
  bigqueryExport,
  bigqueryExportAll,
  deleteFavorites,
  deleteUser,
  discordNotification,
  dmailInactiveApprovers,
  iqdbAddPost,
  iqdbRemovePost,
  mailDelivery,
  populateSavedSearch,
  processBulkUpdateRequest,
  processUpload,
  processUploadMediaAsset,
  pruneApprovers,
  pruneBans,
  pruneBulkUpdateRequests,
  pruneJobs,
  prunePostDisapprovals,
  prunePosts,
  pruneRateLimits,
  regeneratePost,
  regeneratePostCounts,
  retireTagRelationships,
  vacuumDatabase,
}

/** Every job type of Danbooru, by name. */
export const jobTypes = [
  amcheckDatabase,
  bigqueryExport,
  bigqueryExportAll,
  deleteFavorites,
  deleteUser,
  discordNotification,
  dmailInactiveApprovers,
  iqdbAddPost,
  iqdbRemovePost,
  mailDelivery,
  populateSavedSearch,
  processBulkUpdateRequest,
  processUpload,
  processUploadMediaAsset,
  pruneApprovers,
  pruneBans,
  pruneBulkUpdateRequests,
  pruneJobs,
  prunePostDisapprovals,
  prunePosts,
  pruneRateLimits,
  regeneratePost,
  regeneratePostCounts,
  retireTagRelationships,
  vacuumDatabase,
] as const

/** The name of a job type that exists. */
export type JobTypeName = (typeof jobTypes)[number]['name']

const byName: ReadonlyMap<string, JobType> = new Map(jobTypes.map((type) => [type.name, type]))

/** The job type of that name, or undefined if there is none. */
export function jobTypeByName(name: string): JobType | undefined {
  return byName.get(name)
}
