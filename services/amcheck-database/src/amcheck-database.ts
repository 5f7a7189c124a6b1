import { discard, done, type JobContext, worker } from '@danbooru-jobs/actors'
import {
  amcheckReadiness,
  blocksPerStep,
  type CheckTarget,
  type Corruption,
  checkHeapBlocks,
  checkIndex,
  checkTargets,
  findOwner,
  prepareAmcheck,
  sendAutomatedDmail,
} from '@danbooru-jobs/booru'
import { amcheckDatabase } from '@danbooru-jobs/contracts/danbooru'
import { corruptionReport } from './corruption-report.ts'
import { isCorruption, isGone } from './judge-error.ts'

/** Problems that are kept; more of them would not help the reader. */
const kept = 1_000

type Ready = { readonly schema: string; readonly checksUnique: boolean }

/**
 * Checks every table and B-tree index, one step after the other, and reports what it found to the Owner. Writers are not kept waiting. Where the
 * extension `amcheck` is missing and cannot be installed, nothing is checked and the result says why.
 */
export const amcheckDatabaseWorker = worker(amcheckDatabase, async (_payload, job) => {
  const readiness = await prepare(job)
  if (!readiness.ready) {
    job.log.warn({ reason: readiness.reason }, 'the database could not be checked')
    return done({ checked: 0, notChecked: readiness.reason })
  }
  const targets = await checkTargets(job.entityManager())
  const found: Corruption[] = []
  for (const [index, target] of targets.entries()) {
    job.progress({ checking: target.relation, done: index, of: targets.length, problems: found.length })
    found.push(...(await checkTarget(job, readiness, target)).slice(0, kept - found.length))
  }
  if (found.length === 0) return done({ checked: targets.length, problems: 0 })
  job.log.error({ found: found.slice(0, 100) }, 'the database is corrupt')
  return tellOwner(job, targets.length, found)
})

async function prepare(job: JobContext) {
  let refusal: string | undefined
  try {
    await job.transaction(prepareAmcheck)
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error)
  }
  return amcheckReadiness(job.entityManager(), refusal)
}

async function checkTarget(job: JobContext, ready: Ready, target: CheckTarget): Promise<Corruption[]> {
  switch (target.kind) {
    case 'index':
      return step(job, target, async () => {
        await job.transaction((em) => checkIndex(em, ready, target.oid))
        return []
      })
    case 'heap': {
      const found: Corruption[] = []
      for (let first = 0; first < target.blocks; first += blocksPerStep) {
        const blocks = () => job.transaction((em) => checkHeapBlocks(em, ready.schema, target, first))
        found.push(...(await step(job, target, blocks)))
      }
      return found
    }
    default:
      return target satisfies never
  }
}

/** One step; what amcheck raises as an error is a finding, and a relation that was dropped meanwhile is none. */
async function step(
  job: JobContext,
  { relation }: CheckTarget,
  check: () => Promise<Corruption[]>,
): Promise<Corruption[]> {
  job.signal.throwIfAborted()
  try {
    return await check()
  } catch (error) {
    if (isGone(error)) return []
    if (isCorruption(error)) return [{ relation, problem: error.message }]
    throw error
  }
}

async function tellOwner(job: JobContext, checked: number, found: readonly Corruption[]) {
  const dmail = corruptionReport(found)
  const sent = await job.transaction(async (em, outbox) => {
    const owner = await findOwner(em)
    if (owner === undefined) return 'no-owner'
    if (await job.once(em, 'dmail')) {
      const work = { em, outbox, now: job.clock.now() }
      const sent = await sendAutomatedDmail(work, { toId: owner.id, ...dmail })
      if (sent.kind === 'refused') return sent.problems.join(', ')
    }
    return undefined
  })
  if (sent === undefined)
    return done({ checked, problems: found.length, found: found.slice(0, 100).map(inWords) })
  const reason =
    sent === 'no-owner' ? 'there is no Owner to notify' : `the Owner could not be notified: ${sent}`
  return discard(
    `the database is corrupt (${found.length} problems, first: ${inWords(found[0])}) and ${reason}`,
  )
}

function inWords(corruption: Corruption | undefined): string {
  return corruption === undefined ? '' : `${corruption.relation}: ${corruption.problem}`
}

export { booruDatabase as database } from '@danbooru-jobs/booru'
