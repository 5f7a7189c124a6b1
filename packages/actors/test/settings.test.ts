import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { done, resource, secret, worker } from '@danbooru-jobs/actors'
import {
  durationText,
  inspectSettings,
  readSettings,
  SettingError,
  wholeNumber,
} from '@danbooru-jobs/actors/program'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { pino } from 'pino'
import { z } from 'zod'
import { systemClock } from '../src/environment/environment.ts'
import { provide } from '../src/runtime/provide.ts'

const settings = z.object({
  FEED_URL: z.url().describe('where the feed is'),
  FEED_LIMIT: wholeNumber(1, 100).default(10).describe('entries at most'),
  FEED_PASSWORD: secret(z.string().min(8)).optional().describe('the password of the feed'),
  FEED_PAUSE: durationText().default('5m').describe('the pause between two looks'),
})
const url = 'https://feed.example/'
const files = (path: string) => {
  if (path === '/run/secrets/feed') return 'from a file\n'
  throw new Error('ENOENT')
}

describe('settings', () => {
  test('are read from the environment and from files, with defaults', () => {
    const env = { FEED_URL: url, FEED_PASSWORD_FILE: '/run/secrets/feed', FEED_LIMIT: '' }
    assert.deepEqual(readSettings(settings, env, files), {
      FEED_URL: url,
      FEED_LIMIT: 10,
      FEED_PASSWORD: 'from a file',
      FEED_PAUSE: '5m',
    })
  })

  const wrong: readonly (readonly [env: Record<string, string>, lines: readonly string[]])[] = [
    [{}, ['FEED_URL is not set: where the feed is']],
    [
      { FEED_URL: 'nowhere', FEED_LIMIT: 'many', FEED_PAUSE: 'soon' },
      [
        'FEED_URL: Invalid URL, not "nowhere"',
        'FEED_LIMIT: must be a whole number from 1 to 100, not "many"',
        'FEED_PAUSE: must be a duration such as 30s, 15m or 2h, not "soon"',
      ],
    ],
    [
      { FEED_URL: url, FEED_PASSWORD: 'short' },
      ['FEED_PASSWORD: Too small: expected string to have >=8 characters'],
    ],
    [
      { FEED_URL: url, FEED_PASSWORD_FILE: '/nowhere' },
      ['FEED_PASSWORD_FILE names a file that cannot be read: ENOENT'],
    ],
  ]
  for (const [env, lines] of wrong) {
    test(`${JSON.stringify(env)} is refused with a line for each`, () => {
      assert.throws(
        () => readSettings(settings, env, files),
        (error) => error instanceof SettingError && error.message === lines.join('\n'),
      )
    })
  }

  test('are shown with their sources, but never a secret', () => {
    const env = { FEED_URL: url, FEED_PASSWORD: 'secret enough' }
    const shown = inspectSettings(settings, env, files)
    assert.deepEqual(
      shown.map(({ name, source, shown: text }) => [name, source, text]),
      [
        ['FEED_URL', 'environment', url],
        ['FEED_LIMIT', 'default', '10'],
        ['FEED_PASSWORD', 'environment', '***'],
        ['FEED_PAUSE', 'default', '5m'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(shown), /secret enough/)
  })
})

describe('resources', () => {
  const log = pino({ level: 'silent' })
  const context = (env: Record<string, string>) => ({ env, log, clock: systemClock })
  function recorded(name: string, events: string[], fails = false) {
    return resource({
      name,
      open: () => {
        if (fails) throw new Error('no route')
        events.push(`open ${name}`)
        return name
      },
      close: () => {
        events.push(`close ${name}`)
      },
    })
  }

  test('are opened once, given by name, and closed in the opposite order', async () => {
    const events: string[] = []
    const [pool, folder] = [recorded('pool', events), recorded('folder', events)]
    const provisions = await provide(
      [{ resources: { pool } }, { resources: { pool, tmp: folder } }],
      context({}),
    )
    assert.deepEqual(provisions.for({ resources: { tmp: folder } }).resources, { tmp: 'folder' })
    await provisions.close()
    assert.deepEqual(events, ['open pool', 'open folder', 'close folder', 'close pool'])
  })

  test('that cannot be opened stop the start with one line, and close those before them', async () => {
    const events: string[] = []
    const needs = { resources: { a: recorded('a', events), b: recorded('b', events, true) } }
    await assert.rejects(
      provide([needs], context({})),
      /^Error: the resource b could not be opened: no route$/,
    )
    assert.deepEqual(events, ['open a', 'close a'])
  })

  test('are not opened while a setting is wrong, and all wrong settings are named', async () => {
    const events: string[] = []
    const other = z.object({ OTHER: z.string() })
    const all = [{ settings }, { settings: other, resources: { a: recorded('a', events) } }]
    await assert.rejects(provide(all, context({})), /^SettingError: FEED_URL is not set.*\nOTHER is not set/)
    assert.deepEqual(events, [])
  })
})

test('a handler gets its settings and resources, and they are closed after its last job', async () => {
  const events: string[] = []
  const type = defineJob({ name: 'reads-feed', title: 'Reads a feed', payload: z.object({}) })
  const client = resource({
    name: 'feed client',
    settings: z.object({ FEED_URL: z.url() }),
    open: ({ settings: { FEED_URL } }) => ({ get: () => `news of ${FEED_URL}` }),
    close: () => {
      events.push('closed')
    },
  })
  const reader = worker(
    type,
    async (_payload, _job, { settings: { FEED_LIMIT }, resources }) => {
      events.push(`${resources.client.get()}, ${FEED_LIMIT} at most`)
      return done()
    },
    { settings, resources: { client } },
  )
  {
    await using jobs = await startTestJobs([reader], { settings: { FEED_URL: url, FEED_LIMIT: '3' } })
    await jobs.enqueue(type, {})
    await jobs.performEnqueuedJobs()
    assert.deepEqual(events, [`news of ${url}, 3 at most`])
  }
  assert.deepEqual(events.at(-1), 'closed')
})
