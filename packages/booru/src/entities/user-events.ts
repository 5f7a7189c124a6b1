import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { UserEventCategory } from '../users/user-event-categories.ts'
import { bigId, id, inet, timestamp6, varchar } from './columns.ts'

/** The browser and address behind a user event. */
export const UserSession = defineEntity({
  name: 'UserSession',
  tableName: 'user_sessions',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    ipAddr: inet(),
    sessionId: varchar(),
    userAgent: varchar().nullable(),
  },
})
export type UserSession = InferEntity<typeof UserSession>

/** Something that matters to an account's security; each has a session row of its own. */
export const UserEvent = defineEntity({
  name: 'UserEvent',
  tableName: 'user_events',
  properties: {
    id: id(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    userId: p.integer(),
    userSessionId: p.integer(),
    category: p.integer().$type<UserEventCategory>(),
  },
})
export type UserEvent = InferEntity<typeof UserEvent>
