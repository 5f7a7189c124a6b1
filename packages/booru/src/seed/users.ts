import type { EntityManager } from '@mikro-orm/postgresql'
import {
  ApiKey,
  Ban,
  EmailAddress,
  ModAction,
  User,
  UserEvent,
  UserFeedback,
  UserSession,
} from '../entities/index.ts'
import { modActionCategories } from '../mod-actions/categories.ts'
import { bitPrefsMask, newAccountBitPrefs } from '../users/bit-prefs.ts'
import { type Level, levels } from '../users/levels.ts'
import { defaultSettings } from '../users/settings.ts'
import { userEventCategories } from '../users/user-event-categories.ts'
import { type Ago, written } from './ago.ts'

/** Ids of the seeded accounts; the keys are their names. */
export const accounts = {
  DanbooruBot: 1,
  owner: 2,
  admin: 3,
  moderator: 4,
  approver: 5,
  contributor: 6,
  builder: 7,
  platinum: 8,
  gold: 9,
  member: 10,
  restricted: 11,
  idle_approver: 12,
  banned_member: 13,
  formerly_banned: 14,
  voter: 15,
} as const

type AccountName = keyof typeof accounts

const accountLevels: Record<AccountName, Level> = {
  DanbooruBot: levels.moderator,
  owner: levels.owner,
  admin: levels.admin,
  moderator: levels.moderator,
  approver: levels.approver,
  contributor: levels.contributor,
  builder: levels.builder,
  platinum: levels.platinum,
  gold: levels.gold,
  member: levels.member,
  restricted: levels.restricted,
  idle_approver: levels.approver,
  banned_member: levels.member,
  formerly_banned: levels.member,
  voter: levels.member,
}

/** Flags beyond those of every new account. */
const accountFlags: Partial<Record<AccountName, bigint>> = {
  gold: bitPrefsMask('enablePrivateFavorites', 'receiveEmailNotifications', 'showDeletedPosts'),
  restricted: bitPrefsMask('requiresVerification'),
  banned_member: bitPrefsMask('isBanned'),
  formerly_banned: bitPrefsMask('isBanned'),
}

/** The hash of `password`, made once so that every seed is the same. */
const passwordHash = '$2a$12$VSfaIFiXwRBVhoS8R2.en.f0p9YqgEpFozFgNXSI/YWXh34rIF.2O'

const base58Keys = [
  [
    accounts.gold,
    'GoLdKeyExampLe1111111111',
    'uploader script',
    ['posts:index', 'posts:show'],
    ['127.0.0.1'],
  ],
  [accounts.gold, 'GoLdKeyExampLe2222222222', 'phone', [], []],
  [accounts.member, 'MemberKeyExampLe11111111', '', [], ['10.0.0.0/8', '::1']],
] as const

/** Accounts of every level, with addresses, API keys, a session each, and two bans. */
export function seedUsers(em: EntityManager, ago: Ago, systemPasswordHash: string): void {
  for (const name of accountNames()) {
    const id = accounts[name]
    em.create(User, {
      ...defaultSettings,
      ...written(ago(400 - id)),
      id,
      name,
      level: accountLevels[name],
      bcryptPasswordHash: id === accounts.DanbooruBot ? systemPasswordHash : passwordHash,
      bitPrefs: newAccountBitPrefs | (accountFlags[name] ?? 0n),
      lastLoggedInAt: ago(id / 24),
      lastForumReadAt: new Date('1960-01-01T00:00:00Z'),
      lastIpAddr: `192.0.2.${id}`,
      unreadDmailCount: 0,
    })
    if (id !== accounts.DanbooruBot) seedEmailAndSession(em, ago(400 - id), id, name)
  }
  for (const [userId, key, name, permissions, addresses] of base58Keys) {
    em.create(ApiKey, {
      ...written(ago(30)),
      userId,
      key,
      name,
      permissions: [...permissions],
      permittedIpAddresses: [...addresses],
    })
  }
  seedBan(em, ago(5), accounts.banned_member, 'P30D', 'Vandalized tags')
  seedBan(em, ago(10), accounts.formerly_banned, 'P3D', 'Rude comments')
  seedPromotion(em, ago(10))
}

function accountNames(): AccountName[] {
  const isName = (name: string): name is AccountName => name in accounts
  return Object.keys(accounts).filter(isName)
}

function seedEmailAndSession(em: EntityManager, at: Date, userId: number, name: string): void {
  const address = `${name}@example.com`
  em.create(EmailAddress, { ...written(at), userId, address, normalizedAddress: address, isVerified: true })
  em.create(UserSession, {
    ...written(at),
    id: userId,
    ipAddr: `192.0.2.${userId}`,
    sessionId: userId.toString(16).padStart(32, '0'),
    userAgent: 'Mozilla/5.0',
  })
  const category = userEventCategories.user_creation
  em.create(UserEvent, { ...written(at), userId, userSessionId: userId, category })
}

function seedBan(em: EntityManager, at: Date, userId: number, duration: string, reason: string): void {
  em.create(Ban, { ...written(at), userId, bannerId: accounts.moderator, duration, reason })
  em.create(ModAction, {
    ...written(at),
    creatorId: accounts.moderator,
    category: modActionCategories.user_ban,
    description: `banned user #${userId}: ${reason}`,
    subjectType: 'User',
    subjectId: userId,
  })
}

/** A fresh promotion keeps the approver from being counted as inactive. */
function seedPromotion(em: EntityManager, at: Date): void {
  em.create(UserFeedback, {
    ...written(at),
    userId: accounts.approver,
    creatorId: accounts.admin,
    category: 'neutral',
    body: 'You have been promoted to an Approver level account from Contributor.',
  })
}
