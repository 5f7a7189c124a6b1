import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Code } from './codes.ts'
import { bigId, timestamp6, varchar } from './columns.ts'

/** `media_assets.status`. */
export const mediaAssetStatus = {
  processing: 100,
  active: 200,
  deleted: 300,
  expunged: 400,
  failed: 500,
} as const

/** An uploaded file. A post belongs to the active asset with the same `md5`. */
export const MediaAsset = defineEntity({
  name: 'MediaAsset',
  tableName: 'media_assets',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    md5: varchar(),
    fileExt: varchar(),
    fileSize: p.integer(),
    imageWidth: p.integer(),
    imageHeight: p.integer(),
    duration: p.double().nullable(),
    status: p.integer().$type<Code<typeof mediaAssetStatus>>().default(200),
    fileKey: varchar().nullable(),
    isPublic: p.boolean().default(true),
  },
})
export type MediaAsset = InferEntity<typeof MediaAsset>
