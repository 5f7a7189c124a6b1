import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Code } from './codes.ts'
import { bigId, id, timestamp, timestamp6, varchar } from './columns.ts'

/** `upload_media_assets.status`. */
export const uploadMediaAssetStatus = { pending: 0, processing: 100, active: 200, failed: 300 } as const

/** An upload of one or more files. */
export const Upload = defineEntity({
  name: 'Upload',
  tableName: 'uploads',
  properties: {
    id: id(),
    source: varchar().nullable(),
    uploaderId: p.integer(),
    status: varchar().$type<'pending' | 'processing' | 'completed' | 'error'>().default('pending'),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    refererUrl: varchar().nullable(),
    error: p.text().nullable(),
    mediaAssetCount: p.integer().default(0),
  },
})
export type Upload = InferEntity<typeof Upload>

/** One file of an upload; without asset until it is downloaded. */
export const UploadMediaAsset = defineEntity({
  name: 'UploadMediaAsset',
  tableName: 'upload_media_assets',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    uploadId: p.bigint('number'),
    mediaAssetId: p.bigint('number').nullable(),
    status: p.integer().$type<Code<typeof uploadMediaAssetStatus>>().default(0),
    sourceUrl: varchar().default(''),
    error: varchar().nullable(),
    pageUrl: varchar().nullable(),
  },
})
export type UploadMediaAsset = InferEntity<typeof UploadMediaAsset>
