import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp, varchar } from './columns.ts'

export type BulkUpdateRequestStatus = 'pending' | 'processing' | 'approved' | 'rejected' | 'failed'

/** A script of tag changes that waits for approval, discussed in a forum topic. */
export const BulkUpdateRequest = defineEntity({
  name: 'BulkUpdateRequest',
  tableName: 'bulk_update_requests',
  properties: {
    id: id(),
    userId: p.integer(),
    forumTopicId: p.integer().nullable(),
    script: p.text(),
    status: varchar().$type<BulkUpdateRequestStatus>().default('pending'),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    approverId: p.integer().nullable(),
    forumPostId: p.integer().nullable(),
    tags: p
      .array()
      .columnType('text[]')
      .onCreate(() => []),
  },
})
export type BulkUpdateRequest = InferEntity<typeof BulkUpdateRequest>
