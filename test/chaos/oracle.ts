import { behaviourOf } from './jobs.ts'

/** What is there when everything has come to rest. */
export interface Observation {
  readonly jobs: number
  readonly killers: number
  /** How often each effect is there, by `<type>:<n>`. */
  readonly effects: ReadonlyMap<string, number>
  /** Rows of the history, by `<type>:<n>`. */
  readonly history: ReadonlyMap<string, readonly HistoryRow[]>
  /** Messages left in the stream JOBS. */
  readonly jobsLeft: number
  /** Rows left in the outbox. */
  readonly outboxLeft: number
}

export interface HistoryRow {
  readonly state: string
  readonly reason: string | null
}

/** A promise that was broken, and for whom. */
export interface Violation {
  readonly promise: string
  readonly count: number
  /** At most ten. */
  readonly examples: readonly string[]
}

/**
 * Of a thousand jobs that do no harm, so many may end in quarantine: a job that kills its worker looks like one that was
 * in the hands of three workers, one after the other, that were killed for another reason. Such a job is not lost: it is a dead
 * letter with its payload and its reason, to be redriven.
 */
const quarantinedOfThousand = 5

/** The jobs that ended in quarantine although they do no harm. */
export function bystanders(observed: Observation): readonly string[] {
  return [...expectedEffects(observed.jobs)].filter((key) =>
    (observed.history.get(key) ?? []).some(isQuarantined),
  )
}

/** Children of jobs in quarantine: a parent asks for its child in the transaction of its own effect, which did not come about. */
function neverAskedFor(quarantined: ReadonlySet<string>, { effects }: Observation): ReadonlySet<string> {
  const parents = [...quarantined].filter((key) => key.startsWith('chaos-job:') && !effects.has(key))
  return new Set(parents.map((key) => key.replace('chaos-job:', 'chaos-child:')))
}

/** Holds what is there against what was promised. */
export function judge(observed: Observation): readonly Violation[] {
  const expected = expectedEffects(observed.jobs)
  const killers = Array.from({ length: observed.killers }, (_, n) => `chaos-killer:${n}`)
  const times = (key: string) => observed.effects.get(key) ?? 0
  const rows = (key: string) => observed.history.get(key) ?? []
  const states = (key: string) =>
    rows(key).map(({ state, reason }) => `${key} ${state} ${reason ?? ''}`.trim())
  const unexpected = [...observed.effects.keys()].filter((key) => !expected.has(key))
  const innocent = new Set(bystanders(observed))
  const few = innocent.size <= Math.max(1, (observed.jobs * quarantinedOfThousand) / 1_000)
  const wrongly = [...expected].filter(
    (key) => !(few && innocent.has(key)) && rows(key).some(({ state }) => state === 'discarded'),
  )
  const never = neverAskedFor(innocent, observed)
  const unfinished = [...expected].filter(
    (key) => !isDone(rows(key)) && !innocent.has(key) && !never.has(key) && !wrongly.includes(key),
  )
  const survivors = killers.filter((key) => !rows(key).some(isQuarantined))
  return [
    broken(
      'no job is lost',
      [...expected].filter((key) => times(key) === 0 && !innocent.has(key) && !never.has(key)),
    ),
    broken(
      'no effect happens twice',
      [...expected].filter((key) => times(key) > 1),
    ),
    broken('nothing happens that was not asked for', unexpected),
    broken('a job that kills its worker is quarantined', survivors),
    broken('no other job is given up', wrongly.flatMap(states)),
    broken(
      'the history knows that each job is done',
      unfinished.flatMap((key) => states(key).concat(key).slice(0, 1)),
    ),
    broken('nothing is left in the queue', leftOver(observed.jobsLeft)),
    broken('nothing is left in the outbox', leftOver(observed.outboxLeft)),
  ].filter(({ count }) => count > 0)
}

/** The effects of all jobs and of the children that some of them ask for. */
export function expectedEffects(jobs: number): ReadonlySet<string> {
  const numbers = Array.from({ length: jobs }, (_, n) => n)
  const parents = numbers.filter((n) => behaviourOf(n) === 'parent')
  return new Set([...numbers.map((n) => `chaos-job:${n}`), ...parents.map((n) => `chaos-child:${n}`)])
}

function isDone(rows: readonly HistoryRow[]): boolean {
  return rows.length > 0 && rows.every(({ state }) => state === 'done')
}

function isQuarantined({ state, reason }: HistoryRow): boolean {
  return state === 'discarded' && (reason ?? '').startsWith('crashed')
}

function leftOver(count: number): string[] {
  return Array.from({ length: Math.min(count, 11) }, (_, index) => (index === 0 ? `${count} left` : ''))
}

function broken(promise: string, examples: readonly string[]): Violation {
  return { promise, count: examples.length, examples: examples.slice(0, 10) }
}
