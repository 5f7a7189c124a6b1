import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, inet, timestamp, varchar } from './columns.ts'

/**
 * Credentials of a user for the API. Empty `permissions` allow every action, empty `permittedIpAddresses` every
 * address.
 */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  properties: {
    id: id(),
    userId: p.integer(),
    key: varchar(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    name: varchar().default(''),
    permissions: p
      .array()
      .columnType('character varying[]')
      .onCreate(() => []),
    permittedIpAddresses: p
      .array()
      .columnType('inet[]')
      .onCreate(() => []),
    uses: p.integer().default(0),
    lastUsedAt: timestamp().nullable(),
    lastIpAddress: inet().nullable(),
  },
})
export type ApiKey = InferEntity<typeof ApiKey>
