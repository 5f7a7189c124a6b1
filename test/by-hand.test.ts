import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { HistoryJob } from '@danbooru-jobs/actors/operate'
import { seededAccounts } from '@danbooru-jobs/booru'
import { readRunning } from '../infra/src/dev/data-dir.ts'
import { type Board, board, npmStart, type Shell, type Started, shell } from './by-hand/started.ts'
import { type NatsCli, natsCli, until } from './harness/index.ts'

const noCli = 'no nats client on the PATH and no Go toolchain to build one'

describe('npm start, and everything by hand', () => {
  let nats: NatsCli | undefined
  let started: Started
  let terminal: Shell
  let natsUrl = ''
  let databaseUrl = ''
  let database: Board

  before(async () => {
    nats = await natsCli()
    started = await npmStart(nats)
    await started.ready()
    terminal = await shell(started.dataDir, nats)
    const running = await readRunning(started.dataDir)
    natsUrl = running?.natsUrl ?? ''
    databaseUrl = running?.databaseUrl ?? ''
    database = board(databaseUrl)
  })
  after(async () => {
    await database?.[Symbol.asyncDispose]()
    await started?.[Symbol.asyncDispose]()
  })

  /** One command of the real client, which must end well. */
  const run = async (...args: string[]) => {
    assert.ok(nats)
    const { code, stdout, stderr } = await nats.run(natsUrl, args)
    assert.equal(code, 0, `nats ${args.join(' ')}: ${stderr}${stdout}`)
    return stdout
  }
  const favorites = async (userId: number) => {
    const [row] = await database.rows<{ n: number }>(
      `select count(*)::int as n from favorites where user_id = ${userId}`,
    )
    return row?.n ?? 0
  }
  /** The newest job of a type with this payload or text, once it has ended. */
  const ended = (type: string, matches: (job: HistoryJob) => boolean) =>
    until(
      async () => {
        const { jobs } = await database.history.list({ types: [type] }, { limit: 100 })
        return jobs.find((job) => job.endedAt !== null && matches(job))
      },
      { timeout: 60_000, what: `a ${type} in the history` },
    )

  test('the banner says what runs where', async () => {
    for (const part of [natsUrl, databaseUrl, `:${started.port}/`, 'user-deactivation', 'job-history']) {
      assert.ok(started.output().includes(part), `${part} in\n${started.output()}`)
    }
    const ready = await fetch(`http://127.0.0.1:${started.port}/readyz`)
    assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }])
  })

  test('the three commands of the banner work when they are pasted', async () => {
    const commands = started
      .output()
      .split('\n')
      .filter((line) => /^ {2}(\S+=\S+ )?(npx danbooru-jobs|nats) /.test(line))
    assert.equal(commands.length, 3)
    assert.ok((await favorites(seededAccounts.gold)) > 0)
    for (const line of commands) {
      const { code, stderr } = await terminal.paste(line)
      assert.equal(code, 0, `${line}: ${stderr}`)
    }
    await until(async () => (await favorites(seededAccounts.gold)) === 0, {
      what: 'the favorites to be gone',
    })
    const [voter] = await database.rows<{ name: string }>(
      `select name from users where id = ${seededAccounts.voter}`,
    )
    assert.equal(voter?.name, `user_${seededAccounts.voter}`)
    const open = () => database.rows('select 1 from jobs.lifecycles where ended_at is null')
    await until(async () => (await open()).length === 0, { timeout: 60_000, what: 'the deactivation' })
    assert.match((await terminal.cli('lifecycle', 'list')).stdout, /user-deactivation +15 +completed/)
    const course = await terminal.cli('lifecycle', 'history', 'user-deactivation', `${seededAccounts.voter}`)
    assert.match(course.stdout, /request\.accepted[\s\S]*job\.done[\s\S]*completed/)
  })

  test('an account is closed with its own password', async () => {
    const wrong = await terminal.paste(
      'echo wrong | npx danbooru-jobs deactivate builder --password-stdin --yes',
    )
    assert.deepEqual([wrong.code, wrong.stdout], [1, 'refused: Password is incorrect\n'])
    const right = await terminal.paste(
      'echo password | npx danbooru-jobs deactivate Builder --password-stdin --yes',
    )
    assert.deepEqual(
      [right.code, right.stdout],
      [0, `accepted: lifecycle user-deactivation ${seededAccounts.builder}\n`],
    )
    const unknown = await terminal.cli('deactivate', 'builder', '--by', 'owner', '--yes')
    assert.deepEqual([unknown.code, unknown.stderr], [1, 'There is no account named "builder".\n'])
  })

  test('commands end with 0, 1 or 2, and one line says why', async () => {
    const cases: [args: string[], code: number, said: RegExp][] = [
      [['--help'], 0, /Usage: danbooru-jobs/],
      [['history', '--help'], 0, /--since <time>/],
      [[], 2, /Usage: danbooru-jobs/],
      [['enqueue'], 2, /^error: missing required argument 'type'\n/],
      [['enqueue', 'no-such-type'], 2, /^There is no job type "no-such-type"\. There are: .*prune-bans.*\n$/],
      [['enqueue', 'delete-favorites', '{'], 2, /^The payload is not JSON: .*\n$/],
      [
        ['enqueue', 'delete-favorites', '{"userId":"x"}'],
        1,
        /^delete-favorites: userId: expected number.*\n$/,
      ],
      [['history', '--state', 'gone'], 2, /^There is no state "gone"\. .*discarded.*\n$/],
      [['history', 'no-such-job'], 1, /^the history has no job no-such-job\n$/],
      [['start', '--only', 'nobody'], 2, /^There is no service "nobody"\. .*delete-user.*\n$/],
      [
        ['lifecycle', 'show', 'nobody'],
        2,
        /^There is no lifecycle "nobody"\. There are: user-deactivation\.\n$/,
      ],
      [['lifecycle', 'show', 'user-deactivation'], 0, /^stateDiagram-v2\n/],
      [['lifecycle', 'retry', 'user-deactivation', '1'], 1, /^there is no lifecycle user-deactivation 1\n$/],
      [['queues', 'list'], 0, /^type +scheduled +queued +waiting/],
    ]
    for (const [args, code, said] of cases) {
      const result = await terminal.cli(...args)
      assert.equal(result.code, code, `${args.join(' ')}: ${result.stderr}`)
      assert.match(code === 0 ? result.stdout : result.stderr, said)
    }
  })

  test('a job is enqueued once for one id and one key', async () => {
    const delayed = ['enqueue', 'delete-favorites', '{"userId":3}', '--delay', '1h']
    assert.match((await terminal.cli(...delayed)).stdout, /^accepted: delete-favorites \S+, runs at /)
    const again = await terminal.cli(...delayed)
    assert.deepEqual([again.code, again.stdout.slice(0, 15)], [0, 'already queued:'])
    const queues = await terminal.json<{ type: string; jobs: { scheduled: number } }[]>('queues', 'list')
    assert.equal(queues.find((queue) => queue.type === 'delete-favorites')?.jobs.scheduled, 1)
    const twice = ['enqueue', 'prune-posts', '--id', 'by-hand']
    assert.equal((await terminal.cli(...twice)).stdout, 'accepted: prune-posts by-hand\n')
    await ended('prune-posts', (job) => job.id === 'by-hand')
    assert.match((await terminal.cli(...twice)).stdout, /^duplicate: /)
  })

  test('nats pub enqueues a job', async (t) => {
    if (nats === undefined) return t.skip(noCli)
    assert.ok((await favorites(seededAccounts.member)) > 0)
    await run('pub', 'jobs.delete-favorites', `{"userId":${seededAccounts.member}}`)
    await until(async () => (await favorites(seededAccounts.member)) === 0, { what: 'the favorites' })
    const job = await ended('delete-favorites', ({ payload }) => isUser(payload, seededAccounts.member))
    assert.equal(job.state, 'done')
  })

  test('nats request deactivates an account, or says why not', async (t) => {
    if (nats === undefined) return t.skip(noCli)
    const ask = async (request: string) =>
      JSON.parse(await run('request', 'users.deactivate', request, '--raw', '--timeout', '30s'))
    const { member, moderator, owner } = seededAccounts
    assert.deepEqual(await ask(`{"userId":${member},"deleterId":${owner}}`), {
      status: 'accepted',
      lifecycle: { machine: 'user-deactivation', key: `${member}` },
    })
    assert.deepEqual(await ask(`{"userId":${moderator},"deleterId":${owner}}`), {
      status: 'refused',
      errors: ['You cannot delete a privileged account'],
    })
    assert.equal((await ask('{"userId":"x"}')).status, 'invalid')
    assert.equal((await ask('garbage')).status, 'invalid')
  })

  test('nats shows our streams, consumers and services', async (t) => {
    if (nats === undefined) return t.skip(noCli)
    const streams = await run('stream', 'ls', '--names')
    for (const name of ['JOBS', 'JOB_LOG', 'LIFECYCLES', 'EVENTS'])
      assert.match(streams, new RegExp(`\\b${name}\\b`))
    assert.match(await run('consumer', 'ls', 'JOBS', '--names'), /^delete-favorites$/m)
    const services = await run('micro', 'ls')
    for (const name of ['delete-user', 'deactivate-user', 'user-deactivation', 'outbox-relay']) {
      assert.ok(services.includes(name), services)
    }
    assert.match(await run('micro', 'stats', 'delete-favorites'), /delete-favorites/)
  })

  test('garbage is discarded with a reason, kept in the history, and harms no other job', async (t) => {
    if (nats === undefined) return t.skip(noCli)
    const long = 'x'.repeat(1_000_000)
    const cases: [what: string, subject: string, body: string, reason: RegExp][] = [
      ['not JSON', 'delete-favorites', 'garbage', /^payload-invalid: the body is not JSON/],
      ['no object', 'delete-favorites', '[7]', /^payload-invalid: payload: .*expected object/],
      ['wrong type', 'delete-favorites', '{"userId":"7"}', /^payload-invalid: userId: .*expected number/],
      ['missing', 'delete-favorites', '{"id":7}', /^payload-invalid: userId: /],
      ['huge', 'delete-favorites', '{"userId":1e300}', /^payload-invalid: userId: /],
      ['many digits', 'delete-favorites', `{"userId":${'9'.repeat(400)}}`, /^payload-invalid: userId: /],
      ['negative', 'delete-favorites', '{"userId":-1}', /^payload-invalid: userId: /],
      ['unknown user', 'delete-favorites', '{"userId":987654}', /^record-gone: User #987654 /],
      ['unknown type', 'delete-favourites', '{"userId":7}', /^type-unknown: .*delete-favourites/],
      ['unknown type with a key', 'no-such.7', '{"n":1}', /^type-unknown: .*no-such/],
      ['1 MB', 'delete-favorites', long, /^payload-invalid: the body is not JSON/],
    ]
    for (const [, subject, body] of cases) {
      if (body !== long) await run('pub', `jobs.${subject}`, body)
    }
    // Too long for a command line.
    const publish = `nats --server ${natsUrl} --no-context pub --force-stdin jobs.delete-favorites`
    const piped = await terminal.paste(`head -c 1000000 /dev/zero | tr '\\0' x | ${publish}`)
    assert.equal(piped.code, 0, piped.stderr)
    for (const [what, subject, body, reason] of cases) {
      const type = subject.split('.')[0] ?? ''
      const job = await ended(type, (one) => isBody(one, body))
      assert.equal(job.state, 'discarded', what)
      assert.match(job.reason ?? '', reason, what)
    }
    await run('pub', 'jobs.delete-favorites', `{"userId":${seededAccounts.approver}}`)
    const job = await ended('delete-favorites', ({ payload }) => isUser(payload, seededAccounts.approver))
    assert.equal(job.state, 'done')
    assert.equal((await fetch(`http://127.0.0.1:${started.port}/readyz`)).status, 200)
  })
})

function isUser(payload: unknown, userId: number): boolean {
  return JSON.stringify(payload) === JSON.stringify({ userId })
}

/** Whether the history shows this body, whole or, if it is long, its beginning. */
function isBody({ payload, payloadText }: HistoryJob, body: string): boolean {
  if (payloadText !== null) return body.startsWith(payloadText.slice(0, 1_000))
  try {
    return JSON.stringify(payload) === JSON.stringify(JSON.parse(body))
  } catch {
    return false
  }
}
