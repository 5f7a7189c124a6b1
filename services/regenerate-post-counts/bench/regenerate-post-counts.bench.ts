import assert from 'node:assert/strict'
import { type LeastSqlTimes, leastSqlBench } from '../../../test/bench/least-sql.ts'
import { type JobBed, makeJobBed } from '../../../test/harness/index.ts'
import { regeneratePostCountsWorker } from '../src/regenerate-post-counts.ts'

/** The job may take this many times what the least SQL takes. */
const allowed = 1.3
const posts = 1_000_000
const tagsPerPost = 20
const tags = 100_000
/** Every so many tags have a wrong count. */
const wrongEvery = 10

/** What the job does, as one statement. */
const leastSql = `
  UPDATE tags SET post_count = counts.counted
    FROM (SELECT tags.id, coalesce(counted, 0) AS counted
            FROM tags LEFT JOIN (
              SELECT name, count(*) AS counted
                FROM (SELECT unnest(string_to_array(tag_string, ' ')) AS name FROM posts) AS tagged GROUP BY name
            ) AS counts ON counts.name = tags.name) AS counts
   WHERE tags.id = counts.id AND tags.post_count <> counts.counted`

/** Corrects the same 10,000 of 100,000 tags over 1,000,000 posts twice with each, and takes the faster of the two. */
export async function measure(): Promise<LeastSqlTimes> {
  await using bed = await makeJobBed(regeneratePostCountsWorker)
  await fill(bed)
  const times = { leastSql: Number.POSITIVE_INFINITY, job: Number.POSITIVE_INFINITY }
  const ways = { leastSql: () => bed.database.query(leastSql), job: () => bed.resultOf() }
  for (const way of ['leastSql', 'job', 'leastSql', 'job'] as const) {
    await miscount(bed)
    times[way] = Math.min(times[way], await timed(ways[way]))
    const wrong = await bed.database.query(
      'SELECT FROM tags JOIN right_counts USING (id) WHERE post_count <> counted',
    )
    assert.equal(wrong.length, 0, `${way} must leave every count right`)
  }
  return times
}

/** Posts without the indexes that neither way uses. */
async function fill({ database }: JobBed): Promise<void> {
  await database.query(
    `DO $$ DECLARE item record; BEGIN
       FOR item IN SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'posts'::regclass
       LOOP EXECUTE format('ALTER TABLE posts DROP CONSTRAINT %I', item.conname); END LOOP;
       FOR item IN SELECT indexrelid::regclass AS name FROM pg_index WHERE indrelid = 'posts'::regclass AND NOT indisprimary
       LOOP EXECUTE format('DROP INDEX %s', item.name); END LOOP;
     END $$`,
  )
  await database.query(
    `INSERT INTO tags (name, created_at, updated_at) SELECT 'tag_' || n, now(), now() FROM generate_series(0, ${tags - 1}) AS n`,
  )
  // Squares make some tags frequent and others rare, as on a real board.
  await database.query(
    `INSERT INTO posts (md5, file_ext, file_size, image_width, image_height, created_at, updated_at, uploader_id, tag_string)
     SELECT md5(n::text), 'jpg', 1, 1, 1, now(), now(), 1,
            (SELECT string_agg('tag_' || (n::bigint * n + k * 7919::bigint * n + k * k * 104729) % ${tags}, ' ')
               FROM generate_series(1, ${tagsPerPost}) AS k)
       FROM generate_series(1, ${posts}) AS n`,
  )
  await database.query(leastSql)
  await database.query('CREATE TABLE right_counts AS SELECT id, post_count AS counted FROM tags')
  await database.query('VACUUM ANALYZE posts')
}

async function miscount({ database }: JobBed): Promise<void> {
  await database.query('UPDATE tags SET post_count = post_count + 1 WHERE id % $1 = 0', [wrongEvery])
  await database.query('VACUUM ANALYZE tags')
  await database.query('CHECKPOINT')
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

export const bench = leastSqlBench({
  name: 'regenerate-post-counts',
  title: 'Correcting 10,000 of 100,000 tags over 1,000,000 posts, against the least SQL that does it',
  conditions: {
    posts: '1,000,000 of 20 tags each',
    tags: '100,000, of which 10,000 are wrong',
    measured: 'the faster of two',
  },
  allowed,
  measure,
})
