import { type Outbox, type RequestContext, responder } from '@danbooru-jobs/actors'
import {
  chargeRateLimits,
  closeAccount,
  deactivationErrors,
  hasBitPref,
  levels,
  type RequestSession,
  type UnitOfWork,
  User,
  unknownPasswordHash,
  verifyPassword,
  writeRateLimit,
} from '@danbooru-jobs/booru'
import { deactivateUser } from '@danbooru-jobs/contracts/danbooru'
import { type EntityManager, LockMode } from '@mikro-orm/postgresql'
import type { z } from 'zod'
import { deactivations } from './lifecycle.ts'
import { machineName } from './machine.ts'

type Asked = z.output<typeof deactivateUser.request>
type Reply = z.input<typeof deactivateUser.reply>

/**
 * Closes an account and begins its lifecycle, in one transaction, or says why not and leaves no trace.
 *
 * A password is checked before that transaction, since bcrypt takes some tenths of a second and the account's row
 * must not be held that long. If the password has been changed meanwhile, all is done again with the new one.
 */
export const deactivateUserResponder = responder(
  'deactivate-user',
  deactivateUser,
  async (asked, context) => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      const prepared = await prepare(asked, context)
      if (prepared.kind === 'answered') return prepared.reply
      const result = await context.transaction((em, outbox) =>
        carryOut({ em, outbox, now: context.clock.now() }, asked, prepared, context),
      )
      if (result.kind === 'answered') return result.reply
    }
    throw new Error('the password changed again and again while it was checked')
  },
  (errors): Reply => ({ status: 'invalid', errors: [...errors] }),
)

/** The request has its reply. */
interface Answered {
  readonly kind: 'answered'
  readonly reply: Reply
}

/** What was worked out before the account's row is locked. */
interface Prepared {
  readonly kind: 'prepared'
  /** The hash that the request's password was compared with. */
  readonly verifiedHash: string
  readonly passwordCorrect: boolean
}

async function prepare(asked: Asked, context: RequestContext): Promise<Prepared | Answered> {
  const { recalled, user, deleter, limited } = await context.transaction(async (em) => {
    const recalled = await recall(em, asked, context)
    const user = await em.findOne(User, asked.userId)
    const deleter = await em.findOne(User, asked.deleterId)
    const limited = recalled === undefined && (await isLimited(em, asked, deleter, context))
    return { recalled, user, deleter, limited }
  })
  if (recalled !== undefined) return answered(recalled)
  if (limited) return answered({ status: 'limited', errors: [tooFast] })
  if (user === null) return answered(noSuchUser(asked))
  const verifiedHash = user.bcryptPasswordHash
  const passwordCorrect = await isPassword(asked, verifiedHash)
  const errors = errorsOf(user, deleter, passwordCorrect)
  if (errors.length > 0) return answered({ status: 'refused', errors })
  return { kind: 'prepared', verifiedHash, passwordCorrect }
}

async function carryOut(
  work: UnitOfWork & { readonly outbox: Outbox },
  asked: Asked,
  prepared: Prepared,
  context: RequestContext,
): Promise<Answered | { readonly kind: 'password-changed' }> {
  const { em, outbox, now } = work
  const user = await em.findOne(User, asked.userId, { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (user === null) return answered(noSuchUser(asked))
  const recalled = await recall(em, asked, context)
  if (recalled !== undefined) return answered(recalled)
  const deleter = asked.deleterId === user.id ? user : await em.findOne(User, asked.deleterId)
  const errors = errorsOf(user, deleter, prepared.passwordCorrect)
  if (errors.length > 0) return answered({ status: 'refused', errors })
  const key = String(user.id)
  const lifecycle = await deactivations.lock(em, key)
  const event = { deleterId: asked.deleterId }
  if (lifecycle?.status === 'active') {
    const repeated = { id: requestId(context), event: { type: 'request.repeated', ...event }, now }
    await deactivations.receive(em, outbox, key, repeated)
    return answered(inProgress(asked))
  }
  if (asked.deleterId === user.id && user.bcryptPasswordHash !== prepared.verifiedHash)
    return { kind: 'password-changed' }
  const closing = {
    deleterId: asked.deleterId,
    passwordHash: unknownPasswordHash(),
    session: sessionOf(asked, context),
  }
  const closed = await closeAccount(work, user, closing)
  await deactivations.begin(em, outbox, key, {
    input: {
      userId: user.id,
      deleterId: asked.deleterId,
      ...closed,
      requestedAt: now.toISOString(),
    },
    event: { type: 'request.accepted', ...event },
    messageId: requestId(context),
    now,
  })
  return answered(accepted(asked))
}

function answered(reply: Reply): Answered {
  return { kind: 'answered', reply }
}

const tooFast = 'You are doing that too fast, wait a moment and try again'

/** Every request that is not a repetition is charged, before a password is looked at: that is what costs. */
function isLimited(
  em: EntityManager,
  { deleterId, session }: Asked,
  deleter: User | null,
  { clock }: RequestContext,
): Promise<boolean> {
  const keys = [`users/${deleterId}`, ...(session ? [`ip/${session.ip}`] : [])]
  const rule = writeRateLimit(deleter ?? { level: levels.anonymous })
  return chargeRateLimits(em, { action: 'users:destroy', keys, ...rule }, clock.now())
}

/** The answer that a request has had already: one that is sent again with the same message id gets it again. */
async function recall(em: EntityManager, asked: Asked, context: RequestContext): Promise<Reply | undefined> {
  const before = await deactivations.recall(em, String(asked.userId), requestId(context))
  if (before === undefined || !('deleterId' in before) || before.deleterId !== asked.deleterId)
    return undefined
  return before.type === 'request.repeated' ? inProgress(asked) : accepted(asked)
}

/** A request's id among the ids of a lifecycle's messages: a caller who makes one up must not hit that of a job's end. */
function requestId({ id }: RequestContext): string {
  return `request:${id}`
}

function isPassword({ userId, deleterId, password }: Asked, hash: string): Promise<boolean> {
  return userId === deleterId && password !== undefined
    ? verifyPassword(password, hash)
    : Promise.resolve(false)
}

function errorsOf(user: User, deleter: User | null, passwordCorrect: boolean): string[] {
  const target = { id: user.id, level: user.level, isBanned: hasBitPref(user.bitPrefs, 'isBanned') }
  return deactivationErrors({ deleter: deleter ?? undefined, target, passwordCorrect })
}

/**
 * The web request to be recorded with the event: only that of the user, since it is part of the closed account's history and the
 * Owner's address is private.
 */
function sessionOf({ userId, deleterId, session }: Asked, { id }: RequestContext): RequestSession {
  return session && userId === deleterId ? session : { ip: '127.0.0.1', sessionId: id }
}

function accepted({ userId }: Asked) {
  return { status: 'accepted', lifecycle: { machine: machineName, key: String(userId) } } as const
}

function inProgress(asked: Asked) {
  return { ...accepted(asked), alreadyInProgress: true } as const
}

function noSuchUser({ userId }: Asked): Reply {
  return { status: 'refused', errors: [`User #${userId} does not exist`] }
}
