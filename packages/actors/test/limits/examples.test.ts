import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type Bed, makeBed } from '../harness.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const expected = {
  'unique-jobs': [
    'first: accepted',
    'second, while the first runs: accepted',
    'third, while the second waits: already-queued',
    'runs: 2',
  ],
  limits: [
    'a job waits for limit example-site (key pixiv), 0 ahead',
    'a job waits for limit example-site (key pixiv), 1 ahead',
    'ran: pixiv 1, attempt 1',
    'ran: pixiv 2, attempt 1',
    'ran: pixiv 3, attempt 1',
  ],
  'ordered-jobs': ['post 1: a', 'post 1: b', 'post 1: c', 'post 2: a', 'post 2: b', 'post 2: c'],
  batches: ['enqueued: 100', 'to albert: 100 of 100 done, 0 discarded'],
}

for (const [name, lines] of Object.entries(expected)) {
  test(`examples/${name}.ts does what the docs describe`, { timeout: 120_000 }, async () => {
    const env = {
      ...process.env,
      NATS_URL: bed.nats.url,
      DATABASE_URL: bed.database.url,
      LOG_LEVEL: 'silent',
    }
    const options = { cwd: new URL('../../../../', import.meta.url), env }
    const condition = ['--conditions=danbooru-jobs-source', '--disable-warning=ExperimentalWarning']
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...condition, `examples/${name}.ts`],
      options,
    )
    assert.deepEqual(stdout.trim().split('\n'), lines)
  })
}
