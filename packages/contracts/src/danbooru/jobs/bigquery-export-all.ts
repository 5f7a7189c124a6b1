import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Enqueues one `bigquery-export` per model (Danbooru's `BigqueryExportAllJob`).
 *
 * Enqueued daily by the maintenance schedule.
 */
export const bigqueryExportAll = defineMaintenanceJob({
  name: 'bigquery-export-all',
  title: 'Start one BigQuery export per exported model',
  timeLimit: '1h',
})
