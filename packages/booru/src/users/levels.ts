/** The levels of accounts, `users.level`. Anonymous is never stored. Danbooru's class `User` at commit b43a913ad7. */
export const levels = {
  anonymous: 0,
  restricted: 10,
  member: 20,
  gold: 30,
  platinum: 31,
  builder: 32,
  contributor: 35,
  approver: 37,
  moderator: 40,
  admin: 50,
  owner: 60,
} as const

export type LevelName = keyof typeof levels
export type Level = (typeof levels)[LevelName]

/** What a predicate looks at. */
interface Leveled {
  level: number
}

/** Not logged in: exactly level 0. */
export const isAnonymous = ({ level }: Leveled) => level === levels.anonymous
/** New account under suspicion: exactly level 10. */
export const isRestricted = ({ level }: Leveled) => level === levels.restricted

const atLeast =
  (threshold: Level) =>
  ({ level }: Leveled) =>
    level >= threshold

/** The other predicates are thresholds: an admin is also a moderator, an approver and a member. */
export const isMember = atLeast(levels.member)
export const isGold = atLeast(levels.gold)
export const isPlatinum = atLeast(levels.platinum)
export const isBuilder = atLeast(levels.builder)
export const isContributor = atLeast(levels.contributor)
export const isApprover = atLeast(levels.approver)
export const isModerator = atLeast(levels.moderator)
export const isAdmin = atLeast(levels.admin)
export const isOwner = atLeast(levels.owner)

/** The name of a level as Danbooru shows it (`Gold`), or undefined for a number that is no level. */
export function levelString(level: number): string | undefined {
  const name = Object.entries(levels).find(([, code]) => code === level)?.[0]
  return name && name[0]?.toUpperCase() + name.slice(1)
}
