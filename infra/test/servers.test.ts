import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import pg from 'pg'
import {
  freshDatabase,
  spawnService,
  startDatabaseServer,
  startNats,
  testFolder,
  until,
} from '../../test/harness/index.ts'
import { startNatsServer, startPostgres } from '../src/index.ts'
import { startMark } from '../src/process/process-table.ts'

const binary = process.env.TEST_NATS_SERVER ?? ''
const fsyncOff = { fsync: 'off' }

describe('nats-server', () => {
  test('keeps port and streams when it is killed and started again', async () => {
    await using nats = await startNats()
    const streams = async () => {
      const connection = await connect({ servers: nats.url })
      const manager = await jetstreamManager(connection)
      if ((await manager.streams.names().next()).length === 0) {
        await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] })
      }
      await connection.request('kept.one', 'x')
      const { state } = await manager.streams.info('KEPT')
      await connection.close()
      return state.messages
    }
    assert.equal(await streams(), 1)
    await nats.kill9()
    await nats.restart()
    assert.equal(await streams(), 2)
  })

  test('a port that is taken is told with the words of the server', async () => {
    await using nats = await startNats()
    const dataDir = await testFolder('nats')
    await assert.rejects(startNatsServer({ binary, dataDir, port: nats.port }), {
      name: 'ServerStartError',
      message: /nats-server ended with exit code 1.*address already in use/s,
    })
  })
})

describe('PostgreSQL', () => {
  test('keeps port and rows when it is killed and started again', async () => {
    await using server = await startDatabaseServer()
    await server.query('CREATE TABLE kept AS SELECT 1 AS n')
    await server.kill9()
    await server.restart()
    assert.deepEqual(await server.query('SELECT n FROM kept'), [{ n: 1 }])
  })

  test('starts although the number in a stale pid file belongs to another program now', async () => {
    const dataDir = join(await testFolder('postgres'), 'data')
    const first = await startPostgres({ dataDir, settings: fsyncOff })
    await first.kill9()
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`)
    const second = await startPostgres({ dataDir, settings: fsyncOff })
    await second.stop()
  })

  test('has the extensions that Danbooru uses, and those the tests use', async () => {
    await using database = await freshDatabase()
    for (const name of ['fuzzystrmatch', 'pg_trgm', 'pgcrypto', 'pgstattuple', 'amcheck']) {
      await database.query(`CREATE EXTENSION IF NOT EXISTS ${name}`)
    }
    const [row] = await database.query("SELECT lower('ÄÖ') AS lower, 'ö' ~ '\\w' AS letter")
    assert.deepEqual(row, { lower: 'äö', letter: true })
  })

  test('every test has a database of its own', async () => {
    await using one = await freshDatabase()
    await using other = await freshDatabase()
    await one.query('CREATE TABLE mine ()')
    assert.deepEqual(await other.query("SELECT to_regclass('mine') AS found"), [{ found: null }])
  })
})

describe('a parent that is killed', () => {
  test('takes its servers with it', async () => {
    const data = await testFolder('parent')
    await using parent = startParent(data)
    const pids = await startedPids(parent)
    await parent.kill9()
    const allGone = async () => (await Promise.all(pids.map(startMark))).every((mark) => mark === undefined)
    await until(allGone, { what: 'the servers to end' })
  })

  test('has a successor that takes over whatever is left', async () => {
    const data = await testFolder('parent')
    await using orphaned = startParent(data)
    const old = await startedPids(orphaned)
    // Both parents are alive: the second finds servers that nobody will stop for it.
    await using successor = startParent(data)
    const fresh = await startedPids(successor)
    for (const pid of old) assert.equal(await startMark(pid), undefined)
    for (const pid of fresh) assert.notEqual(await startMark(pid), undefined)
    assert.deepEqual(await successor.terminate(), { code: null, signal: 'SIGTERM' })
  })
})

test('a server that still runs on the same folder is stopped in order, and its rows are kept', async () => {
  const dataDir = join(await testFolder('kept'), 'data')
  const first = await startPostgres({ dataDir, settings: fsyncOff })
  const client = new pg.Client({ connectionString: first.url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('CREATE TABLE kept AS SELECT 42 AS n')
  // No kill9 here: the server still runs, and is taken over.
  const second = await startPostgres({ dataDir, settings: fsyncOff })
  assert.match(await first.exited, /exit code 0|signal SIGINT/)
  const again = new pg.Client({ connectionString: second.url })
  await again.connect()
  assert.deepEqual((await again.query('SELECT n FROM kept')).rows, [{ n: 42 }])
  await again.end()
  await second.stop()
})

function startParent(data: string) {
  const env = { DATA: data, TEST_NATS_SERVER: binary }
  return spawnService('infra/test/fixtures/parent.ts', env)
}

async function startedPids(parent: ReturnType<typeof startParent>): Promise<number[]> {
  const { pids } = await parent.waitForLog((line) => line.msg === 'started')
  return Array.isArray(pids) ? pids.map(Number) : []
}
