import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import {
  freshDatabase,
  ownPorts,
  type SpawnedService,
  spawnService,
  startNats,
  testFolder,
  until,
} from '../../test/harness/index.ts'
import { type Running, readRunning } from '../src/dev/data-dir.ts'
import { freePort } from '../src/index.ts'
import { commandLine } from '../src/process/process-table.ts'
import { type RunResult, run } from '../src/process/run.ts'
import { defaultDataDir, projectRoot } from '../src/settings.ts'

const launcher = 'infra/bin/danbooru-jobs.mjs'

/** A first start makes a cluster and a schema, which takes its time beside other tests. */
const patience = { timeout: 120_000 }

describe('one npm start', () => {
  let dataDir: string
  let started: SpawnedService
  let databaseUrl: string
  let pid: number
  let stateHome: string
  before(async () => {
    dataDir = await testFolder('dev')
    stateHome = join(await testFolder('home'), 'state')
    started = await start({ DATA_DIR: dataDir, XDG_STATE_HOME: stateHome })
    ;({ databaseUrl, pid } = await running(dataDir, started))
  })
  after(() => started?.[Symbol.asyncDispose]())

  test('refuses a second one on the same folder', async () => {
    await using second = await start({ DATA_DIR: dataDir })
    assert.deepEqual(await second.exited, { code: 1, signal: null })
    assert.equal(
      second.output(),
      `${dataDir} is in use by process ${pid}. Stop that one first, or set DATA_DIR to another folder.`,
    )
  })

  test('is found by commands that are not given a folder', async () => {
    await until(() => started.output().includes('Ctrl-C stops everything'), { what: 'the banner' })
    const found = await command(['queues', 'list'], { XDG_STATE_HOME: stateHome })
    assert.deepEqual([found.code, found.stderr], [0, ''])
    assert.match(found.stdout, /^type +scheduled +queued/)
    const other = await testFolder('dev')
    const explicit = await command(['queues', 'list'], { XDG_STATE_HOME: stateHome, DATA_DIR: other })
    assert.deepEqual(
      [explicit.code, explicit.stderr],
      [1, `No NATS server: set NATS_URL, or run "npm start" first (nothing runs on DATA_DIR ${other}).\n`],
    )
    assert.doesNotMatch(started.output(), /DATA_DIR=/, 'the commands of the banner need no folder')
  })

  test('starts a server again that is killed', async () => {
    const ended = rows(databaseUrl, 'SELECT pg_sleep(60)').catch(() => 'broken off')
    const find = () => run('head', ['-1', `${dataDir}/postgres/postmaster.pid`])
    process.kill(Number((await find()).stdout), 'SIGKILL')
    assert.equal(await ended, 'broken off')
    const again = await until(() => rows(databaseUrl, 'SELECT 1 AS n'), { what: 'the new server' })
    assert.deepEqual(again, [{ n: 1 }])
    assert.match(started.output(), /PostgreSQL has ended \(signal SIGKILL\) and is started again\./)
  })

  test('stops both servers when asked', async () => {
    assert.deepEqual(await started.terminate(), { code: 0, signal: null }, started.output())
    assert.equal(await readRunning(dataDir), undefined)
    await gone(dataDir)
    // Who develops this project may have one running.
    if ((await readRunning(defaultDataDir)) !== undefined) return
    const { code, stderr } = await command(['queues', 'list'], { XDG_STATE_HOME: stateHome })
    assert.equal(code, 1)
    assert.equal(
      stderr,
      'No NATS server: set NATS_URL, or run "npm start" again ' +
        `(the last one, process ${pid} on DATA_DIR ${dataDir}, has ended).\n`,
    )
  })
})

describe('npm start', () => {
  test('after kill -9 leaves nothing behind, and the next start has the data and the ports', async () => {
    const dataDir = await testFolder('dev')
    await using first = await start({ DATA_DIR: dataDir })
    const before = await running(dataDir, first)
    await rows(before.databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS n')
    await first.kill9()
    await using second = await start({ DATA_DIR: dataDir })
    const after = await running(dataDir, second, before.pid)
    assert.deepEqual([after.natsUrl, after.databaseUrl], [before.natsUrl, before.databaseUrl])
    assert.deepEqual(await rows(after.databaseUrl, 'SELECT n FROM kept'), [{ n: 1 }])
    await second.kill9()
    await gone(dataDir)
  })

  test('stops when npm, which started it, is killed', async () => {
    const dataDir = await testFolder('dev')
    const {
      TEST_NATS_SERVER = '',
      PATH = '',
      HOME = '',
      XDG_STATE_HOME = '',
      NODE_COMPILE_CACHE = '',
    } = process.env
    await ownPorts(dataDir)
    const PORT = `${await freePort()}`
    const servers = { NATS_SERVER: TEST_NATS_SERVER, NODE_COMPILE_CACHE }
    const env = { PATH, HOME, XDG_STATE_HOME, PORT, DATA_DIR: dataDir, ...servers }
    const npm = spawn('npm', ['start'], { cwd: projectRoot, env, stdio: 'ignore' })
    try {
      await until(async () => (await readRunning(dataDir))?.natsUrl, { ...patience, what: 'the servers' })
    } finally {
      npm.kill('SIGKILL')
    }
    await until(async () => (await readRunning(dataDir)) === undefined, { what: 'the end' })
    await gone(dataDir)
  })

  test('uses the servers that are set and leaves them running, also without a home', async () => {
    await using nats = await startNats()
    await using database = await freshDatabase()
    const dataDir = await testFolder('dev')
    const home = { HOME: '/dev/null', XDG_STATE_HOME: '' }
    const env = { DATA_DIR: dataDir, NATS_URL: nats.url, DATABASE_URL: database.url, ...home }
    await using started = await start(env)
    const { natsUrl, databaseUrl } = await running(dataDir, started)
    assert.deepEqual([natsUrl, databaseUrl], [nats.url, database.url])
    await until(() => started.output().includes('Ctrl-C stops everything'), { what: 'the banner' })
    assert.ok(started.output().includes(`DATA_DIR=${dataDir} npx danbooru-jobs history`), started.output())
    assert.equal((await started.terminate()).code, 0)
    assert.deepEqual(await database.query('SELECT 1 AS n'), [{ n: 1 }])
  })

  test('a server that cannot be reached gets one line', async () => {
    const port = await freePort()
    const cases: [Record<string, string>, RegExp][] = [
      [
        { NATS_URL: `nats://u:secret@127.0.0.1:${port}` },
        /^NATS_URL nats:\/\/u:\*\*\*@127\.0\.0\.1:\d+ cannot be reached: .*$/,
      ],
      [
        { DATABASE_URL: `postgres://u:secret@127.0.0.1:${port}/d` },
        /^DATABASE_URL postgres:\/\/u:\*\*\*@127\.0\.0\.1:\d+\/d cannot be reached: .*ECONNREFUSED.*$/,
      ],
      [{ PORT: 'x' }, /^PORT: must be a whole number from 1 to 65535, not "x"$/],
    ]
    for (const [env, expected] of cases) {
      await using started = await start({ DATA_DIR: await testFolder('dev'), ...env })
      assert.deepEqual(await started.exited, { code: 1, signal: null })
      assert.match(started.output(), expected)
    }
  })
})

/** A command as it is typed in a second terminal. */
function command(args: readonly string[], env: Record<string, string>): Promise<RunResult> {
  return run(process.execPath, [launcher, ...args], { cwd: projectRoot, env })
}

async function start(env: Record<string, string>): Promise<SpawnedService> {
  const { TEST_NATS_SERVER = '', PATH = '' } = process.env
  const path = [dirname(process.execPath), PATH].join(delimiter)
  await ownPorts(env.DATA_DIR ?? '')
  const PORT = `${await freePort()}`
  return spawnService(launcher, { NATS_SERVER: TEST_NATS_SERVER, PATH: path, PORT, ...env }, ['dev'])
}

/** Waits until it says where its servers are. */
function running(
  dataDir: string,
  started: SpawnedService,
  notPid = 0,
): Promise<Running & { databaseUrl: string }> {
  const look = async () => {
    const found = await readRunning(dataDir)
    if (found === undefined || found.pid === notPid || found.databaseUrl === undefined) return undefined
    return { ...found, databaseUrl: found.databaseUrl }
  }
  return until(look, { ...patience, what: 'the servers' }).catch((error: unknown) => {
    throw new Error(`It wrote:\n${started.output()}`, { cause: error })
  })
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Waits until no process has the folder in its command line. */
async function gone(dataDir: string): Promise<void> {
  const pidFiles = [`${dataDir}/postgres/postmaster.pid`, `${dataDir}/nats/nats-server.pid`]
  const stillThere = async () => {
    for (const file of pidFiles) {
      const pid = Number((await run('head', ['-1', file])).stdout)
      if (pid > 0 && (await commandLine(pid))?.includes(dataDir) === true) return true
    }
    return false
  }
  await until(async () => !(await stillThere()), { what: 'the servers to end' })
}
