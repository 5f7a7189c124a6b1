import assert from 'node:assert/strict'
import { type LeastSqlTimes, leastSqlBench } from '../../../test/bench/least-sql.ts'
import { type Board, makeBoard } from '../../../test/harness/index.ts'
import { prunePostsWorker } from '../src/prune-posts.ts'
import { benchBoard } from './board.ts'
import { leastSql } from './least-sql.ts'

/** The job may take this many times what the least SQL takes. */
const allowed = 2
const now = new Date('2026-03-05T12:00:00Z')

/** Deletes the same 10,000 posts with the job and with as little SQL as does it. */
export async function measure(): Promise<LeastSqlTimes> {
  await using bare = await filledBoard()
  await using worked = await filledBoard()
  const bareTime = await timed(() => bare.query(`BEGIN; ${leastSql(now.toISOString())}; COMMIT`))
  const jobTime = await timed(() => worked.run(prunePostsWorker))
  assert.equal(await state(worked), await state(bare), 'both ways must end in the same state')
  return { leastSql: bareTime, job: jobTime }
}

async function filledBoard(): Promise<Board> {
  const board = await makeBoard(now)
  await board.query(benchBoard('2026-02-20T00:00:00'))
  await board.query('VACUUM ANALYZE')
  await board.query('CHECKPOINT')
  return board
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Everything the job may touch, without ids that depend on the order of inserts. */
async function state(board: Board): Promise<string> {
  const queries = [
    `SELECT to_jsonb(p) - 'updated_at' AS row FROM posts p ORDER BY id`,
    `SELECT to_jsonb(u) - 'updated_at' - 'created_at' AS row FROM users u ORDER BY id`,
    `SELECT jsonb_build_array(post_id, reason, status, creator_id) AS row FROM post_flags ORDER BY post_id, reason`,
    `SELECT jsonb_build_array(post_id, status) AS row FROM post_appeals ORDER BY post_id`,
    `SELECT jsonb_build_array(name, post_count, category) AS row FROM tags ORDER BY name`,
    `SELECT to_jsonb(v) - 'id' AS row FROM post_versions v ORDER BY post_id`,
  ]
  const hashes: unknown[] = []
  for (const sql of queries) {
    hashes.push(await board.query(`SELECT count(*), md5(string_agg(row::text, '|')) FROM (${sql}) x`))
  }
  return JSON.stringify(hashes)
}

export const bench = leastSqlBench({
  name: 'prune-posts',
  title: 'Pruning 10,000 of 60,000 posts, against the least SQL that does it',
  conditions: { posts: '60,000 of 20 tags each, 10,000 of them to be deleted' },
  allowed,
  measure,
})
