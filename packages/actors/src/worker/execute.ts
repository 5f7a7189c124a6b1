import { jobHeader } from '@danbooru-jobs/contracts/wire'
import { admit, needsAdmission } from '../admission/admission.ts'
import { asksBeforeStart, claimOf } from '../admission/claim.ts'
import { outcomeOfError } from '../outcome/errors.ts'
import { done, type Outcome } from '../outcome/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import {
  announcesFirstStart,
  decideSettlement,
  decideStart,
  isLastChance,
  lostDeliveries,
  type Settlement,
  type Start,
} from './attempt.ts'
import { decode } from './decode.ts'
import type { WorkerDefinition } from './define-worker.ts'
import { JobRun } from './job-run.ts'
import { cancelWish, hasLogCaughtUp, lastReport, report } from './report.ts'

/** What became of a delivered message: the attempt, and how it is to be settled. */
export interface Executed {
  readonly run: JobRun
  readonly settlement: Settlement
}

/** What is told about a delivered message on its way through {@link execute}. */
export interface Steps {
  /** The handler is about to start. */
  begun(run: JobRun): void
  /** The attempt has ended and is to be settled. */
  ended(executed: Executed): Promise<void> | undefined
}

/** One delivered message through all its steps. What most jobs need not wait for is not waited for: it would cost every job. */
export async function execute(
  runtime: Runtime,
  definition: WorkerDefinition,
  message: DeliveredMessage,
  steps: Steps,
): Promise<void> {
  const isAgain = message.info.deliveries > 1
  const start = isAgain ? await startOf(runtime, definition, message) : firstStart(definition, message)
  if (isLastChance(start)) {
    return runtime.slots.alone(() => executeStarted(runtime, definition, message, start, steps))
  }
  return executeStarted(runtime, definition, message, start, steps)
}

async function executeStarted(
  runtime: Runtime,
  definition: WorkerDefinition,
  message: DeliveredMessage,
  start: Start,
  steps: Steps,
): Promise<void> {
  const run = new JobRun(runtime, definition, message, { attempt: start.attempt, crashes: crashesOf(start) })
  const { type } = definition
  const isPlain =
    message.info.deliveries === 1 && !needsAdmission(type) && !announcesFirstStart(type.delivery)
  const ready = isPlain ? check(run, start) : await checkAndAsk(runtime, run, start)
  if (ready.kind !== 'ready') return steps.ended({ run, settlement: ready })
  steps.begun(run)
  const outcome = await perform(definition, ready.payload, run)
  const settlement = decideSettlement(outcome, run.attempt, definition.type.delivery, runtime.random())
  return steps.ended({ run, settlement })
}

/** A job whose handler may start, or what becomes of it instead. */
type Ready = { readonly kind: 'ready'; readonly payload: unknown } | Settlement

/** What the message alone says. */
function check({ definition, message }: JobRun, start: Start): Ready {
  if (start.kind === 'refuse') return discarded(start.reason)
  const decoded = decode(definition.type, message.data)
  return decoded.ok ? { kind: 'ready', payload: decoded.payload } : discarded(decoded.reason)
}

/** The same for a job that was delivered before, that has one attempt only, or whose type has limits or keys: others have a say in it. */
async function checkAndAsk(runtime: Runtime, run: JobRun, start: Start): Promise<Ready> {
  const { type } = run.definition
  const isAgain = run.message.info.deliveries > 1
  const wish =
    isAgain && start.kind !== 'refuse' ? await cancelWish(runtime, run.type, run.message) : undefined
  if (wish) return { kind: 'term', state: 'cancelled', reason: wish, error: undefined }
  const ready = check(run, start)
  if (ready.kind !== 'ready') return ready
  if (start.kind === 'put-back') return putBack(run, ready.payload)
  const instead = needsAdmission(type) ? await admit(runtime, run, ready.payload) : undefined
  if (instead) return instead
  if (isAgain || announcesFirstStart(type.delivery)) {
    report(runtime, run, 'started')
    await runtime.nats.flush()
  }
  return ready
}

/**
 * Runs the handler to its outcome. A handler that was aborted ends with what the abort means, whatever it made of it: so a
 * handler need not know why it was stopped.
 */
async function perform(definition: WorkerDefinition, payload: unknown, run: JobRun): Promise<Outcome> {
  try {
    const outcome = (await run.orAbandoned(definition.handle(payload, run))) ?? done()
    return run.abortedAt === undefined || outcome.kind === 'done'
      ? outcome
      : outcomeOfError(run.signal.reason)
  } catch (error) {
    return outcomeOfError(run.abortedAt === undefined ? error : run.signal.reason)
  }
}

function firstStart(definition: WorkerDefinition, message: DeliveredMessage): Start {
  const delivered = { deliveries: 1, attemptsBefore: attemptsBefore(message), lastReport: undefined }
  return decideStart(delivered, definition.type.delivery)
}

/** As what a delivered message may start; the log is asked about one that was delivered before. */
export async function startOf(
  runtime: Runtime,
  definition: WorkerDefinition,
  message: DeliveredMessage,
): Promise<Start> {
  if (message.info.deliveries === 1) return firstStart(definition, message)
  const { name, delivery } = definition.type
  const known = async () => ({
    deliveries: message.info.deliveries,
    attemptsBefore: attemptsBefore(message),
    lastReport: await lastReport(runtime, name, message),
  })
  const delivered = await known()
  if (lostDeliveries(delivered, delivery) === 0 || !(await hasLogCaughtUp(runtime, name, message)))
    return decideStart(delivered, delivery)
  const certain = await known()
  return decideStart({ ...certain, lost: lostDeliveries(certain, delivery) }, delivery)
}

/** An ordered job keeps its rank, which its claim knows. */
function putBack(run: JobRun, payload: unknown): Settlement {
  const { type } = run.definition
  if (asksBeforeStart(type)) run.claim = claimOf(type, payload, run.message.subject, run.id)
  return { kind: 'republish', delay: 0, attemptsUsed: run.attempt - 1, reason: 'delivery-lost' }
}

/** A header that is no number counts as none: the job must not be lost for it. */
export function attemptsBefore(message: DeliveredMessage): number {
  const told = Number(message.header(jobHeader.attempts) ?? 0)
  return Number.isSafeInteger(told) && told >= 0 ? told : 0
}

function crashesOf(start: Start): number {
  return start.kind === 'start' ? start.crashes : 0
}

function discarded(reason: string): Settlement {
  return { kind: 'term', state: 'discarded', reason, error: undefined }
}
