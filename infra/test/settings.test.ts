import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { SettingError, withoutPassword } from '@danbooru-jobs/actors/program'
import { parseRunning } from '../src/dev/data-dir.ts'
import { endsTooOften } from '../src/dev/keep-running.ts'
import { parsePorts } from '../src/dev/ports.ts'
import { isSecondRequest } from '../src/dev/stop-signal.ts'
import { projectRoot, readMachineSettings } from '../src/settings.ts'

test('without any variable, servers and folder are those of npm start', () => {
  const dataDir = join(projectRoot, '.data')
  const settings = { natsUrl: undefined, databaseUrl: undefined, port: 3000, dataDir, isDataDirSet: false }
  assert.deepEqual(readMachineSettings({}, '/somewhere'), settings)
  const empty = { NATS_URL: '', DATABASE_URL: ' ', PORT: '', DATA_DIR: '' }
  assert.deepEqual(readMachineSettings(empty, '/somewhere'), settings)
})

test('variables that are set are used', () => {
  const env = {
    NATS_URL: 'nats://a:4222, tls://b',
    DATABASE_URL: 'postgresql://u:p@db/danbooru',
    PORT: '8080',
    DATA_DIR: 'data',
  }
  assert.deepEqual(readMachineSettings(env, '/somewhere'), {
    natsUrl: 'nats://a:4222,tls://b',
    databaseUrl: 'postgresql://u:p@db/danbooru',
    port: 8080,
    dataDir: '/somewhere/data',
    isDataDirSet: true,
  })
})

test('every wrong value gets one line, and no password is shown', () => {
  const cases: [name: string, value: string, shown: string][] = [
    ['PORT', '0', '0'],
    ['PORT', '65536', '65536'],
    ['PORT', 'http', 'http'],
    ['PORT', '-1', '-1'],
    ['PORT', '3e3', '3e3'],
    ['NATS_URL', 'http://u:secret@host', 'http://u:***@host'],
    ['NATS_URL', 'nats://', 'nats://'],
    ['NATS_URL', 'nats://a,,', 'nats://a,,'],
    ['DATABASE_URL', 'mysql://u:secret@host/db', 'mysql://u:***@host/db'],
    ['DATABASE_URL', 'mysql://u:s:e@cr/et@host/db', 'mysql://u:***@host/db'],
    ['DATABASE_URL', 'postgres://host', 'postgres://host'],
    ['DATABASE_URL', 'danbooru', 'danbooru'],
  ]
  const problems = (env: Record<string, string>) => {
    try {
      readMachineSettings(env, '/')
    } catch (error) {
      return error instanceof SettingError ? error.message.split('\n') : error
    }
  }
  for (const [name, value, shown] of cases) {
    const found = problems({ [name]: value })
    assert.ok(Array.isArray(found) && found.length === 1, `${name}=${value}`)
    assert.match(found[0], /^[A-Z_]+: must be /)
    assert.ok(found[0].startsWith(`${name}: `) && found[0].endsWith(`, not "${shown}"`), found[0])
  }
  assert.deepEqual(problems({ PORT: 'x', NATS_URL: 'http://x' }), [
    'NATS_URL: must be nats://host:port, or several separated by commas, not "http://x"',
    'PORT: must be a whole number from 1 to 65535, not "x"',
  ])
})

test('addresses are shown without passwords', () => {
  const cases: [string, string][] = [
    ['postgres://u:secret@host:1/db', 'postgres://u:***@host:1/db'],
    ['nats://token@host', 'nats://***@host'],
    ['token@host', '***@host'],
    ['nats://u:p@a:1,nats://v:q@b', 'nats://u:***@a:1,nats://v:***@b'],
    ['NATS  nats://u:p@a:1 and nats://b', 'NATS  nats://u:***@a:1 and nats://b'],
    ['nats://a:4222', 'nats://a:4222'],
    [
      'postgres://host/db?user=u&password=secret&sslmode=require',
      'postgres://host/db?user=u&password=***&sslmode=require',
    ],
    ['PostgreSQL  postgres://danbooru@host/db', 'PostgreSQL  postgres://danbooru@host/db'],
  ]
  for (const [url, expected] of cases) assert.equal(withoutPassword(url), expected)
})

test('one Ctrl-C may arrive several times', () => {
  assert.equal(isSecondRequest(undefined, 5_000), false)
  assert.equal(isSecondRequest(5_000, 5_300), false)
  assert.equal(isSecondRequest(5_000, 6_001), true)
})

test('a server that ends five times within a minute is given up', () => {
  assert.equal(endsTooOften([]), false)
  assert.equal(endsTooOften([0, 1, 2, 3]), false)
  assert.equal(endsTooOften([0, 1, 2, 3, 4]), true)
  assert.equal(endsTooOften([0, 1, 2, 3, 60_000]), false)
  assert.equal(endsTooOften([0, 50_000, 51_000, 52_000, 53_000, 54_000]), true)
})

test('files in the data folder that hold something else are ignored', () => {
  assert.deepEqual(parsePorts('{"nats":4222,"postgres":5433}'), { nats: 4222, postgres: 5433 })
  for (const text of ['', 'null', '[]', '{"nats":0,"postgres":5433}', '{"nats":"4222","postgres":1}', '{']) {
    assert.equal(parsePorts(text), undefined, text)
  }
  assert.deepEqual(parseRunning('{"pid":1,"mark":"2"}'), { pid: 1, mark: '2' })
  for (const text of [
    '',
    'null',
    '[]',
    '{"pid":"1","mark":"2"}',
    '{"pid":1}',
    '{"pid":1,"mark":"2","port":"x"}',
  ]) {
    assert.equal(parseRunning(text), undefined, text)
  }
})
