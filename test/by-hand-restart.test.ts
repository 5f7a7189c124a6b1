import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededAccounts } from '@danbooru-jobs/booru'
import { readRunning } from '../infra/src/dev/data-dir.ts'
import { run } from '../infra/src/process/run.ts'
import { board, npmStart, shell } from './by-hand/started.ts'
import { until } from './harness/index.ts'

test('npm start, killed in any way, leaves no process behind, and the next one goes on where it was', async () => {
  await using first = await npmStart(undefined)
  await first.ready()
  const { dataDir } = first
  const terminal = await shell(dataDir, undefined)
  const enqueued = await terminal.cli('enqueue', 'delete-favorites', '{"userId":3}', '--delay', '2h')
  assert.equal(enqueued.code, 0, enqueued.stderr)

  await first.kill9()
  await until(async () => (await processesOf(dataDir)).length === 0, {
    timeout: 60_000,
    what: 'npm’s children to end',
  })

  await using second = await npmStart(undefined, dataDir)
  await second.ready()
  assert.doesNotMatch(second.output(), /every password is/, 'the image board is made once')
  const asked = await terminal.cli('deactivate', 'voter', '--by', 'owner', '--yes')
  assert.equal(asked.code, 0, asked.stderr)
  const running = await readRunning(dataDir)
  assert.ok(running)
  process.kill(running.pid, 'SIGKILL')
  await until(async () => (await processesOf(dataDir)).length === 0, {
    timeout: 60_000,
    what: 'the servers to end',
  })

  await using third = await npmStart(undefined, dataDir)
  await third.ready()
  {
    const { databaseUrl = '' } = (await readRunning(dataDir)) ?? {}
    await using database = board(databaseUrl)
    const states = () => database.rows<{ state: unknown }>('select state from jobs.lifecycles')
    const completed = async () => (await states()).every(({ state }) => state === 'completed')
    await until(completed, { timeout: 90_000, what: 'the deactivation to end after the crash' })
    const { voter } = seededAccounts
    const actions = await database.rows(`select 1 from mod_actions where subject_id = ${voter}`)
    assert.equal(actions.length, 1, 'one mod action')
  }
  const queues = await terminal.json<{ type: string; jobs: { scheduled: number } }[]>('queues', 'list')
  assert.equal(queues.find(({ type }) => type === 'delete-favorites')?.jobs.scheduled, 1)

  await third.interrupt()
  assert.match(third.output(), /services stopped/)
  assert.deepEqual(await processesOf(dataDir), [])
})

/** The command lines of all processes that work on a data folder. */
async function processesOf(dataDir: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'args='])
  return stdout.split('\n').filter((line) => line.includes(dataDir) && !line.startsWith('ps '))
}
