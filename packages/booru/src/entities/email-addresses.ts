import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { bigId, timestamp6, varchar } from './columns.ts'

/**
 * The e-mail address of a user, one at most. `normalizedAddress` is the form in which two spellings of one
 * mailbox are equal.
 */
export const EmailAddress = defineEntity({
  name: 'EmailAddress',
  tableName: 'email_addresses',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    userId: p.bigint('number'),
    address: varchar(),
    normalizedAddress: varchar(),
    isVerified: p.boolean().default(false),
    isDeliverable: p.boolean().default(true),
  },
})
export type EmailAddress = InferEntity<typeof EmailAddress>
