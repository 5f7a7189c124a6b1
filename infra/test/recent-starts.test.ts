import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { testFolder } from '../../test/harness/index.ts'
import { foldersToTry } from '../src/cli/addresses.ts'
import { recentStarts, rememberStart, startsFile } from '../src/dev/recent-starts.ts'
import type { MachineSettings } from '../src/settings.ts'

test('starts are kept in the folder for state, a file for each project', () => {
  const file = startsFile({ XDG_STATE_HOME: '/state' }, '/a') ?? ''
  assert.match(file, /^\/state\/danbooru-jobs\/starts-[0-9a-f]{16}\.json$/)
  assert.notEqual(startsFile({ XDG_STATE_HOME: '/state' }, '/b'), file)
  assert.match(startsFile({}, '/a') ?? '', /\/\.local\/state\/danbooru-jobs\/starts-/)
  assert.equal(startsFile({ XDG_STATE_HOME: 'relative' }, '/a'), undefined)
})

test('starts are remembered once for each folder, the last one first', async () => {
  const file = join(await testFolder('state'), 'new', 'starts.json')
  assert.deepEqual(await recentStarts(file), [])
  for (const dataDir of ['/a', '/b', '/a']) assert.equal(await rememberStart(dataDir, file), true)
  const { pid } = process
  assert.deepEqual(await recentStarts(file), [
    { dataDir: '/a', pid },
    { dataDir: '/b', pid },
  ])
  for (let n = 0; n < 12; n++) await rememberStart(`/${n}`, file)
  const folders = (await recentStarts(file)).map(({ dataDir }) => dataDir)
  assert.deepEqual([folders.length, folders[0]], [10, '/11'])
  assert.deepEqual(await readdir(dirname(file)), ['starts.json'])
})

test('where nothing can be written, nothing is remembered, and nothing fails', async () => {
  assert.equal(await rememberStart('/data', '/dev/null/state/start.json'), false)
  const folder = await testFolder('state')
  await mkdir(join(folder, 'start.json'))
  assert.equal(await rememberStart('/data', join(folder, 'start.json')), false)
  assert.deepEqual(await recentStarts(join(folder, 'start.json')), [])
})

test('a file that holds something else is ignored', async () => {
  const file = join(await testFolder('state'), 'start.json')
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"project":"","starts":[{"dataDir":1,"pid":2}]}',
    '{"starts":[]}',
  ]) {
    await writeFile(file, text)
    assert.deepEqual(await recentStarts(file), [], text)
  }
})

test('a command looks for remembered starts unless something is set', () => {
  const nothing: MachineSettings = {
    natsUrl: undefined,
    databaseUrl: undefined,
    port: 3_000,
    dataDir: '/default',
    isDataDirSet: false,
  }
  const starts = ['/last', '/before'].map((dataDir) => ({ dataDir, pid: 1 }))
  const cases: [Partial<MachineSettings>, string[]][] = [
    [{}, ['/last', '/before', '/default']],
    [{ dataDir: '/before' }, ['/last', '/before']],
    [{ dataDir: '/set', isDataDirSet: true }, ['/set']],
    [{ natsUrl: 'nats://a' }, ['/default']],
    [{ databaseUrl: 'postgres://a/b' }, ['/default']],
  ]
  for (const [given, expected] of cases)
    assert.deepEqual(foldersToTry({ ...nothing, ...given }, starts), expected)
  assert.deepEqual(foldersToTry(nothing, []), ['/default'])
})
