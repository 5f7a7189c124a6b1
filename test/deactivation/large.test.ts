import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seededAccounts as users } from '@danbooru-jobs/booru'
import { deleteFavorites } from '@danbooru-jobs/contracts/danbooru'
import { jobReport, runtimeOptions } from '@danbooru-jobs/contracts/wire'
import { jetstreamManager } from '@nats-io/jetstream'
import pg from 'pg'
import { spawnService, until } from '../harness/index.ts'
import { type Bed, makeBed } from './bed.ts'
import { firstPost, makeLarge, miscounted } from './large-account.ts'

const favorites = 100_000
const patience = { timeout: 240_000 }

describe('an account with 100,000 private favorites', () => {
  let bed: Bed
  before(async () => {
    bed = await makeBed()
    await makeLarge(bed.query, { userId: users.gold, favorites })
  })
  after(() => bed[Symbol.asyncDispose]())

  async function left(): Promise<number> {
    const [row] = await bed.query<{ favorite_count: number }>(
      'select favorite_count from users where id = $1',
      [users.gold],
    )
    return row?.favorite_count ?? -1
  }

  test('is deactivated in little memory, twice at once, while others vote on the same posts', async () => {
    const env = {
      NATS_URL: bed.nats.url,
      DATABASE_URL: bed.database.url,
      // The rows of the account as objects would not fit.
      NODE_OPTIONS: '--max-old-space-size=64',
    }
    await using service = spawnService('test/deactivation/service-entry.ts', env)
    await service.waitForLog(({ msg }) => msg === 'services started', patience)
    assert.equal((await bed.ask({ userId: users.gold, deleterId: users.owner })).status, 'accepted')
    await bed.publisher.enqueue(deleteFavorites, { userId: users.gold }, runtimeOptions({ unique: false }))
    await until(async () => (await left()) < favorites, patience)
    const votes = await voteUntil(async () => (await left()) === 0)
    assert.ok(votes > 0)
    await bed.ended(users.gold, patience)
    assert.equal(await miscounted(bed.query), 0)
    assert.deepEqual(await bed.query('select from favorites where user_id = $1', [users.gold]), [])
    await assertProgress()
  })

  /** Votes as another user, on posts everywhere, with no patience for locks. */
  async function voteUntil(over: () => Promise<boolean>): Promise<number> {
    const client = new pg.Client({ connectionString: bed.database.url })
    await client.connect()
    try {
      await client.query("set lock_timeout = '5s'")
      for (let votes = 0; ; votes++) {
        if (await over()) return votes
        const post = firstPost + ((votes * 7_919) % favorites)
        await client.query('begin')
        await client.query('select from posts where id = $1 for update', [post])
        await client.query(
          'insert into post_votes (user_id, post_id, score, created_at, updated_at) values ($1, $2, 1, now(), now())',
          [users.voter, post],
        )
        await client.query(
          'update posts set score = score + 1, up_score = up_score + 1, fav_count = fav_count + 1 where id = $1',
          [post],
        )
        await client.query('insert into favorites (user_id, post_id) values ($1, $2)', [users.voter, post])
        await client.query('commit')
      }
    } finally {
      await client.end()
    }
  }

  /** A job that runs longer than a second says how far it is: by batches, not at once. */
  async function assertProgress(): Promise<void> {
    const manager = await jetstreamManager(bed.connection)
    const { state } = await manager.streams.info('JOB_LOG', {
      subjects_filter: 'job-log.report.delete-favorites.*',
    })
    assert.ok(Object.keys(state.subjects ?? {}).length > 0)
    const progress = []
    for (const { body } of await bed.messages('JOB_LOG', 'job-log.report.delete-favorites.*')) {
      const report = jobReport.parse(JSON.parse(body))
      if (report.kind === 'running') progress.push(report.progress)
    }
    assert.ok(
      progress.some(
        (one) => isProgress(one) && one.deleted > 0 && one.deleted % 1_000 === 0 && one.remaining > 0,
      ),
      JSON.stringify(progress),
    )
  }
})

function isProgress(value: unknown): value is { deleted: number; remaining: number } {
  return typeof value === 'object' && value !== null && 'deleted' in value && 'remaining' in value
}
