import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { discard, done, type RunningServices, runServices, worker } from '@danbooru-jobs/actors'
import { type Database, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { seededAccounts as accounts, bitPrefsMask, booruDatabase, seedBooru } from '@danbooru-jobs/booru'
import { createPublisher, defineJob, job, type Publisher } from '@danbooru-jobs/contracts'
import { deactivateUser, deleteFavorites } from '@danbooru-jobs/contracts/danbooru'
import { pino } from 'pino'
import { z } from 'zod'
import { allServices } from '../infra/src/services.ts'
import {
  freshDatabase,
  type Reply,
  runOnTerminal,
  startNats,
  type TerminalRun,
  type TestDatabase,
  type TestNats,
  until,
} from './harness/index.ts'

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Of these only one may run at a time. */
const oneByOne = defineJob({
  name: 'operate-one-by-one',
  title: 'Has a limit',
  payload: z.object({ site: z.string() }),
  delivery: { limits: [{ name: 'operate-site', key: ({ site }) => site, max: 1 }] },
})

const program = fileURLToPath(new URL('../infra/bin/danbooru-jobs.mjs', import.meta.url))

describe('an operator at the command line', () => {
  let nats: TestNats
  let board: TestDatabase
  let services: RunningServices
  let publisher: Publisher
  let opened: Database
  let fixed = false
  let attempts = 0
  const gate = Promise.withResolvers<void>()

  before(async () => {
    nats = await startNats()
    board = await freshDatabase()
    const settings = { url: board.url, poolSize: 1, name: 'test' }
    opened = await openDatabase(settings, booruDatabase, systemClock, randomUUID)
    await seedBooru(opened.entityManager(), { now: new Date(), systemPassword: 'secret' })
    const fragile = worker(deleteFavorites, async () => {
      attempts++
      return fixed ? done() : discard('not fixed yet')
    })
    const definitions = allServices.map((one) => (one.name === 'delete-favorites' ? fragile : one))
    const limited = worker(oneByOne, async () => {
      await gate.promise
      return done()
    })
    services = await runServices([...definitions, limited], {
      database: booruDatabase,
      settings: { natsUrl: nats.url, databaseUrl: board.url },
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      handleSignals: false,
    })
    publisher = createPublisher(services.runtime.nats)
  })
  after(async () => {
    await services?.stop()
    await opened?.close()
    await nats?.[Symbol.asyncDispose]()
    await board?.[Symbol.asyncDispose]()
  })

  const run = (...args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const env = { ...process.env, NATS_URL: nats.url, DATABASE_URL: board.url }
      execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr })
      })
    })
  const onTerminal = (replies: readonly Reply[], ...args: string[]): Promise<TerminalRun> => {
    const env = { ...process.env, NATS_URL: nats.url, DATABASE_URL: board.url, TERM: 'xterm' }
    return runOnTerminal([process.execPath, program, ...args], env, replies)
  }
  const json = async <Value>(...args: string[]): Promise<Value> => {
    const { code, stdout, stderr } = await run(...args, '--json')
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
    return JSON.parse(stdout) as Value
  }
  const state = async (id: string, wanted: string) =>
    until(
      async () => {
        const rows = await board.query<{ state: string }>(
          'select state from jobs.history where job_id = $1',
          [id],
        )
        return rows[0]?.state === wanted
      },
      { what: `${id} to be ${wanted}` },
    )

  test('retries one dead letter, and redrives all that fit after looking at them', async () => {
    const enqueued = await Promise.all(
      [901, 902, 903].map((userId) => publisher.enqueue(deleteFavorites, { userId })),
    )
    const ids = enqueued.flatMap((one) => (one.status === 'accepted' ? one.id : []))
    for (const id of ids) await state(id, 'discarded')
    const plan = await json<{ jobs: unknown[] }>('jobs', 'redrive', '--error', 'not fixed', '--dry-run')
    assert.equal(plan.jobs.length, 3)
    fixed = true
    const [first = '', ...others] = ids
    assert.equal((await run('jobs', 'retry', first)).code, 0)
    await state(first, 'done')
    assert.equal(
      (await json<{ jobs: unknown[] }>('jobs', 'redrive', '--type', 'delete-favorites')).jobs.length,
      2,
    )
    for (const id of others) await state(id, 'done')
    assert.equal(attempts, 6)
    const all = await run('jobs', 'redrive')
    assert.deepEqual([all.code, all.stdout], [0, 'no such dead letters\n'])
    const again = await run('jobs', 'retry', first)
    assert.deepEqual(
      [again.code, again.stderr.trim()],
      [1, `${first} is done: only discarded, cancelled and lost jobs are retried.`],
    )
  })

  test('pauses a queue, cancels, runs and deletes jobs in it, purges the rest and resumes', async () => {
    assert.equal((await run('queues', 'pause', 'delete-favorites')).code, 0)
    const before = attempts
    const queued = await publisher.enqueue(deleteFavorites, { userId: 911 })
    const removed = await publisher.enqueue(deleteFavorites, { userId: 912 })
    const delayed = await publisher.enqueue(deleteFavorites, { userId: 913 }, { delay: '1h' })
    await publisher.enqueue(deleteFavorites, { userId: 914 })
    const idOf = (result: typeof queued) => (result.status === 'accepted' ? result.id : '')
    await state(idOf(queued), 'queued')
    await state(idOf(removed), 'queued')
    assert.match((await run('jobs', 'cancel', idOf(queued))).stdout, /is off the queue/)
    await state(idOf(queued), 'cancelled')
    assert.match((await run('jobs', 'delete', idOf(removed))).stdout, /is off the queue/)
    await state(idOf(delayed), 'scheduled')
    assert.match((await run('jobs', 'run', idOf(delayed))).stdout, /is queued to run now/)
    const unsure = await run('queues', 'purge', 'delete-favorites')
    assert.deepEqual(
      [unsure.code, unsure.stderr],
      [
        2,
        'This takes 2 jobs of delete-favorites off the queue. ' +
          'Nothing was done: add --yes, because there is no terminal to ask on.\n',
      ],
    )
    const no = [{ to: '[y/N]', type: 'n\n' }]
    const refused = await onTerminal(no, 'queues', 'purge', 'delete-favorites')
    assert.match(refused.shown, /takes 2 jobs of delete-favorites off the queue\. Continue\? \[y\/N\]/)
    assert.match(refused.shown, /Nothing was done\./)
    assert.equal(refused.code, 1)
    assert.deepEqual(await json('queues', 'purge', 'delete-favorites', '--yes'), {
      type: 'delete-favorites',
      removed: 2,
    })
    // With nothing to remove, there is nothing to ask.
    const empty = await run('queues', 'purge', 'delete-favorites')
    assert.deepEqual(
      [empty.code, empty.stdout],
      [0, '0 jobs of delete-favorites removed; running jobs continue.\n'],
    )
    assert.equal((await run('queues', 'resume', 'delete-favorites')).code, 0)
    assert.equal((await run('queues', 'drain', 'delete-favorites')).code, 0)
    assert.equal((await run('queues', 'resume', 'delete-favorites')).code, 0)
    assert.equal(attempts, before)
  })

  test('asks before it redrives everything, and refuses names that do not exist', async () => {
    fixed = false
    const enqueued = await publisher.enqueue(deleteFavorites, { userId: 921 })
    const id = enqueued.status === 'accepted' ? enqueued.id : ''
    await state(id, 'discarded')
    const unsure = await run('jobs', 'redrive')
    assert.equal(unsure.code, 2)
    assert.match(unsure.stderr, /^This starts 1 dead letter of all types again\. Nothing was done: add --yes/)
    fixed = true
    const sure = await onTerminal([{ to: '[y/N]', type: 'yes\n' }], 'jobs', 'redrive')
    assert.match(sure.shown, /1 job started again:/)
    assert.equal(sure.code, 0)
    await state(id, 'done')
    const misspelled: [string[], RegExp][] = [
      [['history', '--type', 'delete-favourites'], /no job type .*Did you mean "delete-favorites"\?/],
      [['jobs', 'list', '--state', 'discard'], /no state "discard"\. Did you mean "discarded"\?/],
      [['jobs', 'redrive', '--type', 'nosuch', '--yes'], /no job type "nosuch"/],
      [['queues', 'pause', 'delete-users'], /Did you mean "delete-user"\?/],
      [['schedules', 'run', 'prune-post'], /Did you mean "prune-posts"\?/],
      [['queue', 'list'], /Did you mean queues\?/],
      [['history', '--typ', 'x'], /Did you mean --type\?/],
    ]
    for (const [args, expected] of misspelled) {
      const { code, stderr } = await run(...args)
      assert.equal(code, 2, args.join(' '))
      assert.match(stderr, expected)
    }
  })

  test('sees which jobs may not start yet, and what they wait for', async () => {
    for (let n = 0; n < 3; n++) await publisher.enqueue(oneByOne, { site: 'pixiv' })
    const waiting = await until(async () => {
      const all = await json<
        { type: string; waitingFor: { limit: string; key: string; ahead: number } | null }[]
      >(...['jobs', 'list', '--state', 'waiting'])
      return all.length === 2 && all.every(({ waitingFor }) => waitingFor !== null) && all
    })
    // Jobs that ask in the same millisecond are listed by the time of the question, and wait by who got the lock.
    const aheadOf = (one: (typeof waiting)[number]) => one.waitingFor?.ahead
    assert.deepEqual(waiting.map(aheadOf).toSorted(), [0, 1])
    assert.deepEqual(waiting[0]?.waitingFor?.limit, 'operate-site')
    const listed = (await run('jobs', 'list', '--state', 'waiting,queued', '--type', oneByOne.name)).stdout
    assert.match(listed, /operate-one-by-one +waiting .*waits for limit operate-site \(key pixiv\), 1 ahead/)
    const other = await run('jobs', 'list', '--state', 'waiting', '--type', 'delete-user')
    assert.equal(other.stdout, 'no jobs\n')
    const queues = await json<
      { type: string; jobs: { waiting: number; scheduled: number }; waitsFor: object }[]
    >('queues', 'list')
    const queue = queues.find(({ type }) => type === oneByOne.name)
    assert.deepEqual(
      [queue?.jobs.waiting, queue?.jobs.scheduled, queue?.waitsFor],
      [2, 0, [{ limit: 'operate-site', jobs: 2 }]],
    )
    gate.resolve()
  })

  test('sees the schedules, pauses one, resumes it and runs it', async () => {
    const listed = await until(async () => {
      const all = await json<{ name: string; nextDueAt?: string; pausedAt?: string }[]>('schedules', 'list')
      return all.length === 12 && all
    })
    assert.ok(listed.every((one) => one.nextDueAt !== undefined))
    const names = listed.map((one) => one.name)
    assert.equal((await run('schedules', 'pause', 'vacuum-database')).code, 0)
    const paused = (await json<typeof listed>('schedules', 'list')).find(
      (one) => one.name === 'vacuum-database',
    )
    assert.ok(paused?.pausedAt)
    assert.equal((await run('schedules', 'resume', 'vacuum-database')).code, 0)
    assert.match((await run('schedules', 'run', 'prune-rate-limits')).stdout, /is queued/)
    const { code, stderr } = await run('schedules', 'run', 'nothing')
    assert.deepEqual(
      [code, stderr.trim()],
      [2, `There is no schedule "nothing". There are: ${names.toSorted().join(', ')}.`],
    )
  })

  test('runs all maintenance once, and the seeded board gives each of it something to do', async () => {
    const reports = await json<{ job: string; outcome: { state: string; result?: unknown } }[]>(
      'maintenance',
      'run',
      '--all',
    )
    const states = Object.fromEntries(reports.map(({ job, outcome }) => [job, outcome.state]))
    for (const [job, became] of Object.entries(states)) {
      assert.equal(
        became,
        job === 'bigquery-export-all' ? 'no-service' : 'done',
        `${job}: ${JSON.stringify(reports)}`,
      )
    }
    assert.equal(reports.length, 13)
    const [left] = await board.query<{ n: number }>(
      "select count(*)::int as n from posts where is_pending and created_at < now() - interval '3 days'",
    )
    assert.equal(left?.n, 0)
  })

  test('lets a stalled lifecycle go on', async () => {
    fixed = false
    const id = String(accounts.voter)
    await board.query('update users set bit_prefs = bit_prefs | $2 where id = $1', [
      id,
      bitPrefsMask('enablePrivateFavorites').toString(),
    ])
    const asked = { userId: accounts.voter, deleterId: accounts.owner }
    assert.equal((await publisher.request(deactivateUser, asked)).status, 'accepted')
    await until(async () => {
      const rows = await json<{ key: string }[]>('lifecycle', 'list', '--stalled')
      return rows.some(({ key }) => key === id)
    })
    fixed = true
    assert.equal(
      (await run('lifecycle', 'retry', 'user-deactivation', id)).stdout.trim(),
      `retry is sent to user-deactivation ${id}.`,
    )
    await until(async () => {
      const [row] = await board.query('select status from jobs.lifecycles where key = $1', [id])
      return row?.status === 'done'
    })
    const entries = await json<{ action: string; details: object }[]>('audit')
    assert.deepEqual(entries[0]?.details, { machine: 'user-deactivation', key: id })
    const again = await run('lifecycle', 'retry', 'user-deactivation', id)
    assert.match(again.stderr, /is not stalled but completed/)
  })

  test('sees what runs where, and how far a batch is', async () => {
    const running = await json<{ name: string; kind: string }[]>('services', 'list')
    const names = running.map(({ name }) => name)
    assert.ok(['delete-favorites', 'job-history', 'maintenance'].every((name) => names.includes(name)))
    const jobs = [1, 2].map((userId) => job(deleteFavorites, { userId }))
    await publisher.enqueueMany(jobs, {
      id: 'operate-batch',
      onComplete: { job: job(deleteFavorites, { userId: 3 }) },
    })
    await until(async () => {
      const { batch, openJobs } = await json<{ batch: { done: number }; openJobs: unknown[] }>(
        ...['batches', 'show', 'operate-batch'],
      )
      return batch.done === 2 && openJobs.length === 0
    })
    assert.match((await run('batches', 'list', '--complete')).stdout, / operate-batch +complete +2 +0 +2 /)
    const { code, stderr } = await run('batches', 'show', 'nothing')
    assert.deepEqual([code, stderr], [1, 'there is no batch nothing\n'])
  })

  test('shows lists again until Ctrl-C, with colours on a terminal only', async () => {
    const twice = [{ to: 'Ctrl-C ends' }, { to: 'Ctrl-C ends', type: '\u0003' }]
    const { code, shown } = await onTerminal(twice, 'queues', 'list', '--watch', '1')
    assert.equal(code, 0)
    assert.ok(shown.includes('\u001b[1mtype\u001b[22m'))
    const refused = await run('queues', 'list', '--watch')
    assert.equal(refused.code, 2)
    assert.ok(!(await run('queues', 'list')).stdout.includes('\u001b'))
  })

  test('deactivates an account that gives its password, which is not shown', async () => {
    const asked = (password: string) => [
      { to: '[y/N]', type: 'y\n' },
      { to: 'Password of builder: ', type: `${password}\n` },
    ]
    const no = await onTerminal([{ to: '[y/N]', type: '\n' }], 'deactivate', 'builder')
    assert.equal(no.code, 1)
    assert.match(
      no.shown,
      /This deactivates the account builder permanently\. Continue\? \[y\/N\][\s\S]*Nothing was done\./,
    )
    const interrupted = await onTerminal(
      [
        { to: '[y/N]', type: 'y\n' },
        { to: 'Password of builder: ', type: '\u0003' },
      ],
      ...['deactivate', 'builder'],
    )
    assert.equal(interrupted.code, 2)
    assert.match(interrupted.shown, /No password, nothing done\./)
    const wrong = await onTerminal(asked('guessed'), 'deactivate', 'builder')
    assert.deepEqual([wrong.code, wrong.shown.includes('guessed')], [1, false], wrong.shown)
    assert.match(wrong.shown, /refused: Password is incorrect/)
    const right = await onTerminal(asked('password'), 'deactivate', 'builder')
    assert.deepEqual([right.code, right.shown.includes('password')], [0, false], right.shown)
    assert.match(right.shown, /accepted: lifecycle user-deactivation \d+/)
  })

  test('is written down with everything done', async () => {
    const entries = await json<{ action: string; by: string }[]>('audit')
    const actions = new Set(entries.map((entry) => entry.action))
    for (const action of [
      'jobs.redrive',
      'queue.pause',
      'queue.purge',
      'job.cancel',
      'job.delete',
      'job.run-now',
      'schedule.pause',
      'schedule.run',
      'lifecycle.retry',
    ]) {
      assert.ok(actions.has(action), action)
    }
    assert.ok(entries.every((entry) => entry.by.startsWith('cli:')))
  })
})
