import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Retires aliases and implications that are not needed any more and reports them on the forum (Danbooru's `RetireTagRelationshipsJob`).
 *
 * Enqueued weekly by the maintenance schedule.
 */
export const retireTagRelationships = defineMaintenanceJob({
  name: 'retire-tag-relationships',
  title: 'Retire unused tag aliases and implications',
})
