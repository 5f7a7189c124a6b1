import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'

/**
 * Writes the rows of one model that an anonymous visitor may see to Google Cloud Storage and loads them into
 * BigQuery (Danbooru's `BigqueryExportJob`).
 *
 * Enqueued by `bigquery-export-all`, once per model. Credentials come from the configuration of the service that runs the
 * job, never from the message.
 */
export const bigqueryExport = defineJob({
  name: 'bigquery-export',
  title: 'Export one model to BigQuery',
  payload: z.object({
    /** Danbooru's class name, as `ForumPost`. */
    model: z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/, 'expected a class name such as ForumPost'),
    /** The BigQuery dataset, also the name of the bucket. */
    dataset: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,200}$/, 'expected letters, digits and _')
      .default('danbooru_public'),
  }),
  delivery: {
    unique: { mode: 'while-queued-or-running', key: ({ model, dataset }) => `${dataset}-${model}` },
  },
})
