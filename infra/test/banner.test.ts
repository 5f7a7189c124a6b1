import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BannerFacts, bannerLines, commandsToTry } from '../src/dev/banner.ts'
import { logLine } from '../src/dev/log-lines.ts'

const facts: BannerFacts = {
  natsUrl: 'nats://127.0.0.1:4222',
  databaseUrl: 'postgres://danbooru@127.0.0.1:5433/danbooru',
  port: 3000,
  services: ['outbox-relay', 'delete-user'],
  dataDir: undefined,
  seeded: true,
  hasNatsCli: true,
}

test('the banner says what is running where', () => {
  const text = bannerLines(facts).join('\n')
  for (const part of [
    facts.natsUrl,
    facts.databaseUrl,
    'http://localhost:3000/',
    'outbox-relay, delete-user',
  ]) {
    assert.ok(text.includes(part), part)
  }
  assert.match(text, /every password is "password"/)
  assert.doesNotMatch(bannerLines({ ...facts, seeded: false }).join('\n'), /password/)
})

test('many services take several lines', () => {
  const services = Array.from({ length: 30 }, (_, index) => `service-${index}`)
  const lines = bannerLines({ ...facts, services })
  assert.ok(lines.every((line) => line.length <= 90))
  assert.equal(lines.join(' ').match(/service-\d+/g)?.length, 30)
})

test('the commands fit what is there', () => {
  const cases: [Partial<BannerFacts>, string[]][] = [
    [
      {},
      [
        'npx danbooru-jobs deactivate voter --by owner --yes',
        `nats pub jobs.delete-favorites '{"userId":9}'`,
        'npx danbooru-jobs history',
      ],
    ],
    [
      { natsUrl: 'nats://127.0.0.1:4999', dataDir: "/tmp/it's" },
      [
        `DATA_DIR='/tmp/it'\\''s' npx danbooru-jobs deactivate voter --by owner --yes`,
        `nats --server nats://127.0.0.1:4999 pub jobs.delete-favorites '{"userId":9}'`,
        `DATA_DIR='/tmp/it'\\''s' npx danbooru-jobs history`,
      ],
    ],
    [
      { hasNatsCli: false, dataDir: '/tmp/d' },
      [
        'DATA_DIR=/tmp/d npx danbooru-jobs deactivate voter --by owner --yes',
        `DATA_DIR=/tmp/d npx danbooru-jobs enqueue delete-favorites '{"userId":9}'`,
        'DATA_DIR=/tmp/d npx danbooru-jobs history',
      ],
    ],
  ]
  for (const [given, expected] of cases) assert.deepEqual(commandsToTry({ ...facts, ...given }), expected)
})

test('log records become lines for people', () => {
  const time = Date.parse('2026-03-01T12:00:05Z')
  const cases: [object, string][] = [
    [
      { level: 30, time, msg: 'job done', jobType: 'a', attempt: 1 },
      '12:00:05 job done jobType=a attempt=1\n',
    ],
    [{ level: 40, time, pid: 1, hostname: 'h', msg: 'm', x: { y: 1 } }, '12:00:05 WARN m x={"y":1}\n'],
    [{ level: 50, time, msg: 'm', err: { message: 'broke' } }, '12:00:05 ERROR m : broke\n'],
  ]
  for (const [given, expected] of cases) assert.equal(logLine(JSON.stringify(given)), expected)
  assert.equal(logLine('no JSON\n'), 'no JSON\n')
  assert.equal(logLine('{"other":1}\n'), '{"other":1}\n')
})
