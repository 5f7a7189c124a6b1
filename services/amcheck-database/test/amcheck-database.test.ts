import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { amcheckReadiness, checkTargets } from '@danbooru-jobs/booru'
import { fixtures, type JobBed, makeJobBed } from '../../../test/harness/index.ts'
import { amcheckDatabaseWorker } from '../src/amcheck-database.ts'
import { corruptionReport } from '../src/corruption-report.ts'
import { isCorruption, isGone } from '../src/judge-error.ts'

let bed: JobBed
before(async () => {
  bed = await makeJobBed(amcheckDatabaseWorker)
  const make = fixtures({ query: bed.database.query, now: new Date() })
  await make.user('DanbooruBot', { level: 40 })
  await make.user('owner', { level: 60 })
})
after(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.database.query('TRUNCATE dmails CASCADE; DROP TABLE IF EXISTS broken'))

/** An index over a function that promised never to change, and then changed: rows are not where they are looked for. */
async function corrupt() {
  await bed.database.query(
    `CREATE OR REPLACE FUNCTION promised(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN value; END'`,
  )
  await bed.database.query('CREATE TABLE broken (value text)')
  await bed.database.query("INSERT INTO broken SELECT 'value ' || n FROM generate_series(1, 100) AS n")
  await bed.database.query('CREATE INDEX broken_index ON broken (promised(value))')
  await bed.database.query(
    `CREATE OR REPLACE FUNCTION promised(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN reverse(value); END'`,
  )
}
const dmails = () =>
  bed.database.query<{ to: string; from: string; title: string; body: string }>(
    `SELECT receiver.name AS to, sender.name AS from, title, body FROM dmails
       JOIN users AS receiver ON receiver.id = to_id JOIN users AS sender ON sender.id = from_id`,
  )

describe('amcheck-database', () => {
  test('checks every table and index of a sound database and sends no report', async () => {
    const { checked, problems } = (await bed.resultOf()) as { checked: number; problems: number }
    const [there] = await bed.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_class LEFT JOIN pg_am ON pg_am.oid = relam
        WHERE relpersistence <> 't' AND (relkind IN ('r', 'm', 't') OR relkind = 'i' AND amname = 'btree')`,
    )
    assert.deepEqual([checked, problems], [there?.n, 0])
    assert.deepEqual(await dmails(), [])
  })

  test('finds an index that lacks rows and sends the Owner a dmail', async () => {
    await corrupt()
    const { problems, found } = (await bed.resultOf()) as { problems: number; found: string[] }
    assert.equal(problems, 1)
    assert.match(found[0] ?? '', /^public\.broken_index: .*lacks matching index tuple/)
    const [dmail, ...more] = await dmails()
    assert.deepEqual(more, [])
    assert.deepEqual([dmail?.from, dmail?.to, dmail?.title], ['DanbooruBot', 'owner', 'pg_amcheck failed'])
    assert.match(dmail?.body ?? '', /broken_index/)
    assert.deepEqual(await bed.database.query("SELECT unread_dmail_count FROM users WHERE name = 'owner'"), [
      { unread_dmail_count: 1 },
    ])
  })

  test('is discarded with what it found if there is no Owner', async () => {
    await corrupt()
    await bed.database.query("UPDATE users SET level = 50 WHERE name = 'owner'")
    const ending = await bed.runJob()
    await bed.database.query("UPDATE users SET level = 60 WHERE name = 'owner'")
    assert.ok(ending.state === 'discarded')
    assert.match(ending.reason, /broken_index.*no Owner to notify/)
  })

  test('checks nothing where the extension is missing, and reports that', async () => {
    await bed.database.query('DROP EXTENSION amcheck')
    const { runtime } = await bed.run([])
    const readiness = await amcheckReadiness(runtime.database().entityManager(), 'permission denied')
    assert.deepEqual(readiness, {
      ready: false,
      reason: 'the extension amcheck is missing and cannot be installed: permission denied',
    })
    await bed.resultOf()
    assert.equal(
      (await amcheckReadiness(runtime.database().entityManager(), undefined)).ready,
      true,
      'it was installed',
    )
  })

  test('leaves invalid indexes out: PostgreSQL does not use them', async () => {
    await corrupt()
    await bed.database.query(
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken_index'::regclass",
    )
    const { runtime } = await bed.run([])
    const targets = await checkTargets(runtime.database().entityManager())
    assert.ok(targets.some(({ relation }) => relation === 'public.broken'))
    assert.ok(!targets.some(({ relation }) => relation === 'public.broken_index'))
  })
})

describe('an error of a check', () => {
  const error = (code: string, message = '') => Object.assign(new Error(message), { code })
  const cases: [string, Error, boolean, boolean][] = [
    ['a corrupt index', error('XX002'), true, false],
    ['corrupt data', error('XX001'), true, false],
    ['an expression that fails', error('22012'), true, false],
    ['a dropped table', error('42P01'), false, true],
    ['a lost connection', error('08006'), false, false],
    ['a cancelled statement', error('57014'), false, false],
    ['no code at all', new Error('oops'), false, false],
  ]
  for (const [what, thrown, corruption, gone] of cases) {
    test(what, () => assert.deepEqual([isCorruption(thrown), isGone(thrown)], [corruption, gone]))
  }
})

test('the report to the Owner fits into a dmail and counts what does not', () => {
  const found = Array.from({ length: 1_000 }, (_, n) => ({
    relation: `index_${n}`,
    problem: 'x'.repeat(100),
  }))
  const { title, body } = corruptionReport(found)
  assert.equal(title, 'pg_amcheck failed')
  assert.ok(body.length < 50_000)
  const lines = body.split('\n')
  assert.equal(lines.at(-1), `and ${1_000 - (lines.length - 1)} more`)
  assert.equal(corruptionReport(found.slice(0, 1)).body, `index_0: ${'x'.repeat(100)}`)
})
