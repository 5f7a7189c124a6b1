import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { testFolder } from '../../test/harness/index.ts'
import { foldersToTry } from '../src/cli/addresses.ts'
import { lastStartFile, readLastStart, rememberStart } from '../src/dev/last-start.ts'
import { type MachineSettings, projectRoot } from '../src/settings.ts'

test('the last start is kept in the folder for state, a file for each project', () => {
  const file = lastStartFile({ XDG_STATE_HOME: '/state' }, '/a') ?? ''
  assert.match(file, /^\/state\/danbooru-jobs\/last-start-[0-9a-f]{16}\.json$/)
  assert.notEqual(lastStartFile({ XDG_STATE_HOME: '/state' }, '/b'), file)
  assert.match(lastStartFile({}, '/a') ?? '', /\/\.local\/state\/danbooru-jobs\/last-start-/)
  assert.equal(lastStartFile({ XDG_STATE_HOME: 'relative' }, '/a'), undefined)
})

test('a start is remembered until the next one', async () => {
  const file = join(await testFolder('state'), 'new', 'start.json')
  assert.equal(await readLastStart(file), undefined)
  for (const dataDir of ['/first', '/second']) {
    assert.equal(await rememberStart(dataDir, file), true)
    assert.deepEqual(await readLastStart(file), { project: projectRoot, dataDir, pid: process.pid })
  }
  assert.deepEqual(await readdir(dirname(file)), ['start.json'])
})

test('where nothing can be written, nothing is remembered, and nothing fails', async () => {
  assert.equal(await rememberStart('/data', '/dev/null/state/start.json'), false)
  const folder = await testFolder('state')
  await mkdir(join(folder, 'start.json'))
  assert.equal(await rememberStart('/data', join(folder, 'start.json')), false)
  assert.equal(await readLastStart(join(folder, 'start.json')), undefined)
})

test('a file that holds something else is ignored', async () => {
  const file = join(await testFolder('state'), 'start.json')
  for (const text of ['', '{', 'null', '[]', '{"dataDir":1,"pid":2,"project":""}', '{"dataDir":"/d"}']) {
    await writeFile(file, text)
    assert.equal(await readLastStart(file), undefined, text)
  }
})

test('a command looks at the last start unless something is set', () => {
  const nothing: MachineSettings = {
    natsUrl: undefined,
    databaseUrl: undefined,
    port: 3_000,
    dataDir: '/default',
    isDataDirSet: false,
  }
  const last = { project: projectRoot, dataDir: '/last', pid: 1 }
  assert.deepEqual(foldersToTry(nothing, last), ['/last', '/default'])
  assert.deepEqual(foldersToTry(nothing, { ...last, dataDir: '/default' }), ['/default'])
  assert.deepEqual(foldersToTry(nothing, undefined), ['/default'])
  assert.deepEqual(foldersToTry({ ...nothing, dataDir: '/set', isDataDirSet: true }, last), ['/set'])
  assert.deepEqual(foldersToTry({ ...nothing, natsUrl: 'nats://a' }, last), ['/default'])
  assert.deepEqual(foldersToTry({ ...nothing, databaseUrl: 'postgres://a/b' }, last), ['/default'])
})
