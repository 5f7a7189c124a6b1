import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mermaidOf } from '@danbooru-jobs/actors/operate'
import { advance, begin, type LifecycleAction, type Transition } from '@danbooru-jobs/actors/testing'
import { getShortestPaths, getSimplePaths } from 'xstate/graph'
import { userDeactivation } from '../src/lifecycle.ts'
import { type DeactivationEvent, userDeactivationMachine } from '../src/machine.ts'
import { type Deactivation, type DeactivationInput, jobId, type Part, parts } from '../src/tasks.ts'

const accept: DeactivationEvent = { type: 'request.accepted', deleterId: 5 }
const receivedAt = '2026-03-05T12:00:00.000Z'
const given: Omit<DeactivationInput, 'privateFavorites'> = {
  userId: 5,
  deleterId: 5,
  modActionId: 7,
  requestedAt: '2026-03-05T11:00:00.000Z',
}
/** Retries have no end; two of each part show all there is. */
const rounds = 2

function ended(type: 'job.done' | 'job.discarded', id: string): DeactivationEvent {
  const end = { jobId: id, jobType: 'delete-user', attempt: 1, receivedAt }
  return type === 'job.done' ? { type, ...end } : { type, ...end, reason: 'no luck' }
}

/** Everything that may arrive: ends of present, earlier and foreign jobs, twice too, retries and requests at any time. */
function anything({ context }: { context: Deactivation }): DeactivationEvent[] {
  const ids = parts
    .filter((part) => context.tasks[part].round > 0)
    .flatMap((part) => [jobId(context, part), ...earlierJob(context, part)])
  return [
    accept,
    { type: 'request.refused' },
    { type: 'request.repeated', deleterId: 5 },
    { type: 'retry' },
    ...[...ids, 'another-job'].flatMap((id) => [ended('job.done', id), ended('job.discarded', id)]),
  ]
}

function earlierJob(context: Deactivation, part: Part): string[] {
  const { round, standing } = context.tasks[part]
  if (round < 2) return []
  return [jobId({ ...context, tasks: { ...context.tasks, [part]: { standing, round: 1 } } }, part)]
}

function options(privateFavorites: boolean) {
  return {
    input: { ...given, privateFavorites },
    events: anything,
    serializeState: ({ value, context }: { value: unknown; context: Deactivation }) =>
      JSON.stringify([value, context.tasks]),
    stopWhen: ({ context }: { context: Deactivation }) =>
      parts.some((part) => context.tasks[part].round > rounds),
  }
}

/** Walks a path as the lifecycle actor does: from snapshot to snapshot, each through JSON. */
function walk(privateFavorites: boolean, events: readonly DeactivationEvent[]): Transition[] {
  let step = begin(userDeactivation, { ...given, privateFavorites })
  const steps = [step]
  for (const event of events) {
    step = advance(userDeactivation, JSON.parse(JSON.stringify(step.lifecycle.snapshot)), event)
    steps.push(step)
  }
  return steps
}

const eventsOf = (path: { steps: readonly { event: DeactivationEvent }[] }) =>
  path.steps.map(({ event }) => event).filter(({ type }) => !type.startsWith('xstate.'))

function enqueued(actions: readonly LifecycleAction[]) {
  return actions.flatMap((action) => (action.kind === 'enqueue' ? [action.params] : []))
}

function emitted(actions: readonly LifecycleAction[]) {
  return actions.flatMap((action) => (action.kind === 'emit' ? [action.params] : []))
}

/** What must hold of every course of a deactivation, whatever arrived in whatever order. */
function check(privateFavorites: boolean, events: readonly DeactivationEvent[]): void {
  const steps = walk(privateFavorites, events)
  const course = JSON.stringify(events.map((event) => [event.type, 'jobId' in event ? event.jobId : '']))
  const started: string[] = []
  const done = new Set<string>()
  let discarded = 0
  let announced = 0
  for (const [index, step] of steps.entries()) {
    const event = events[index - 1]
    if (event?.type === 'job.done' && started.includes(event.jobId)) done.add(partOf(event.jobId))
    if (event?.type === 'job.discarded' && started.includes(event.jobId)) discarded++
    for (const job of enqueued(step.actions)) {
      assert.ok(!started.includes(job.id), `${job.id} is started once: ${course}`)
      assert.ok(!done.has(partOf(job.id)), `what is done is not started again: ${course}`)
      started.push(job.id)
    }
    announced += emitted(step.actions).length
    const { state, status } = step.lifecycle
    if (state === 'stalled') assert.ok(discarded > 0, `stalls only after a discard: ${course}`)
    if (state === 'completed') {
      const needed = ['private-data', 'settings', ...(privateFavorites ? ['favorites'] : [])]
      for (const part of needed) assert.ok(done.has(part), `${part} is done before the end: ${course}`)
    }
    assert.equal(announced, state === 'completed' ? 1 : 0, `reported once, at the end: ${course}`)
    assert.equal(status === 'done', state === 'completed' || state === 'rejected')
  }
  const favorites = started.filter((id) => partOf(id) === 'favorites')
  if (!privateFavorites) assert.deepEqual(favorites, [], 'public favorites stay')
  const settings = started.findIndex((id) => partOf(id) === 'settings')
  if (settings >= 0) assert.ok(done.has('private-data'), 'the settings come last')
}

const partOf = (id: string) => /^user-deactivation-5-7-(.*)-\d+$/.exec(id)?.[1] ?? id

for (const privateFavorites of [false, true]) {
  describe(`a deactivation with ${privateFavorites ? 'private' : 'public'} favorites`, () => {
    test('keeps its promises on the shortest path to every state and one event beyond', () => {
      const paths = getShortestPaths(userDeactivationMachine, options(privateFavorites))
      assert.ok(paths.length > 10, `${paths.length} states`)
      for (const path of paths) {
        const events = eventsOf(path)
        for (const event of anything(path.state)) check(privateFavorites, [...events, event])
      }
    })

    test('reaches its end from every state in which it can be', () => {
      for (const path of getShortestPaths(userDeactivationMachine, options(privateFavorites))) {
        const last = walk(privateFavorites, eventsOf(path)).at(-1)
        assert.ok(last)
        if (last.lifecycle.state !== 'rejected') assert.equal(finish(last), 'completed')
      }
    })
  })
}

test('keeps its promises on every simple path while each job may fail once', () => {
  const once = { ...options(true), stopWhen: stopsAfterOneRetry, events: expected }
  const paths = getSimplePaths(userDeactivationMachine, once)
  assert.ok(paths.length > 100, `${paths.length} paths`)
  for (const path of paths) check(true, eventsOf(path))
})

/** What arrives when nothing is late or foreign. */
function expected(state: { context: Deactivation }): DeactivationEvent[] {
  const current = parts.filter((part) => state.context.tasks[part].standing === 'running')
  const revived = parts.filter((part) => state.context.tasks[part].standing === 'discarded')
  return [
    accept,
    { type: 'request.refused' },
    { type: 'retry' },
    ...[...current, ...revived].map((part) => ended('job.done', jobId(state.context, part))),
    ...current.map((part) => ended('job.discarded', jobId(state.context, part))),
  ]
}

function stopsAfterOneRetry({ context }: { context: Deactivation }): boolean {
  return parts.some((part) => context.tasks[part].round > 1 && context.tasks[part].standing === 'discarded')
}

/** Lets everything succeed from here. */
function finish(from: Transition): unknown {
  let step = from
  for (let turn = 0; turn < 20 && step.lifecycle.status === 'active'; turn++) {
    const { context } = step.lifecycle.snapshot as { context: Deactivation }
    const running = parts.find((part) => context.tasks[part].standing === 'running')
    const event =
      step.lifecycle.state === 'requested'
        ? accept
        : running === undefined
          ? ({ type: 'retry' } as const)
          : ended('job.done', jobId(context, running))
    step = advance(userDeactivation, step.lifecycle.snapshot, event)
  }
  return step.lifecycle.state
}

describe('a deactivation', () => {
  const [done, discarded] = [
    (part: string, round = 1) => ended('job.done', `user-deactivation-5-7-${part}-${round}`),
    (part: string, round = 1) => ended('job.discarded', `user-deactivation-5-7-${part}-${round}`),
  ]
  const jobs = (privateFavorites: boolean, ...events: DeactivationEvent[]) =>
    walk(privateFavorites, events).flatMap(({ actions }) => enqueued(actions).map(({ id }) => partOf(id)))

  test('asks for favorites only if they are private', () => {
    assert.deepEqual(jobs(false, accept), ['private-data'])
    assert.deepEqual(jobs(true, accept), ['private-data', 'favorites'])
  })

  test('hands on what was known when the account was closed', () => {
    const [first] = walk(true, [accept]).flatMap(({ actions }) => enqueued(actions))
    assert.deepEqual(first?.payload, { userId: 5, part: 'private-data', privateFavorites: true })
  })

  test('begins only what is not done when it is retried', () => {
    const course = [accept, done('private-data'), discarded('favorites'), { type: 'retry' } as const]
    assert.deepEqual(jobs(true, ...course), ['private-data', 'favorites', 'favorites'])
    const last = walk(true, course).at(-1)
    assert.deepEqual(last?.lifecycle.state, { erasing: { privateData: 'over', favorites: 'waiting' } })
  })

  test('takes note of a job that ends while it is stalled', () => {
    const course = [accept, discarded('favorites'), done('private-data'), { type: 'retry' } as const]
    assert.deepEqual(jobs(true, ...course), ['private-data', 'favorites', 'favorites'])
  })

  test('continues when the discarded job is redriven and succeeds', () => {
    const course = [accept, discarded('private-data'), done('private-data')]
    assert.deepEqual(walk(false, course).at(-1)?.lifecycle.state, { resettingSettings: 'waiting' })
    assert.deepEqual(jobs(false, ...course), ['private-data', 'settings'])
  })

  test('is marked while it is stalled', () => {
    const last = walk(false, [accept, discarded('private-data')]).at(-1)
    assert.deepEqual(last?.lifecycle.tags, ['stalled'])
  })

  test('emits at its end who and when, and no name', () => {
    const course = [accept, done('private-data'), done('settings')]
    const [event] = walk(false, course).flatMap(({ actions }) => emitted(actions))
    assert.deepEqual(event?.payload, {
      userId: 5,
      deleterId: 5,
      lifecycle: { machine: 'user-deactivation', key: '5' },
      requestedAt: '2026-03-05T11:00:00.000Z',
      completedAt: receivedAt,
    })
  })

  test('can be looked at', () => {
    const diagram = mermaidOf(userDeactivationMachine)
    for (const line of ['[*] --> requested', 'stalled --> erasing: retry', 'erasing --> resettingSettings'])
      assert.ok(diagram.includes(line), line)
  })
})
