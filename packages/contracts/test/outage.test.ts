import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteUser, modActionCreated, regeneratePost } from '../src/danbooru/index.ts'
import { connectPublisher, createPublisher, job } from '../src/index.ts'
import { startNats } from './nats.ts'

const post = { postId: 1, userId: 2 }

test('what is published while the server is down waits for it', async (t) => {
  const nats = await startNats()
  t.after(() => nats.stop())
  const publisher = await connectPublisher({ servers: nats.url })
  await publisher.enqueue(regeneratePost, post, { id: 'before' })
  await nats.kill()
  const meanwhile = Promise.all([
    publisher.enqueue(regeneratePost, post, { id: 'meanwhile' }),
    publisher.enqueueAtomically([job(deleteUser, { userId: 1 }), job(deleteUser, { userId: 2 })]),
  ])
  nats.revive()
  const [one, all] = await meanwhile
  assert.equal(one.status, 'accepted')
  assert.equal(all.status, 'accepted')
  assert.equal((await nats.manager.streams.info('JOBS')).state.messages, 4)
  await publisher.close()
})

test('a publish without an answer is repeated once, with the same id', async (t) => {
  const nats = await startNats({ streams: false })
  t.after(() => nats.stop())
  const ids: string[] = []
  nats.connection.subscribe('jobs.>', {
    callback: (_error, message) => {
      ids.push(message.headers?.get('Nats-Msg-Id') ?? '')
      if (ids.length === 2) message.respond('{"stream":"JOBS","seq":5,"duplicate":true}')
    },
  })
  await nats.connection.flush()
  const publisher = createPublisher(nats.connection, { timeout: 200 })
  const found = { status: 'accepted', id: 'quiet', stream: 'JOBS', sequence: 5 }
  assert.deepEqual(await publisher.enqueue(regeneratePost, post, { id: 'quiet' }), found)
  assert.deepEqual(ids, ['quiet', 'quiet'])
  const silent = publisher.enqueue(regeneratePost, post, { id: 'silent' })
  await assert.rejects(silent, { name: 'PublishTimeoutError', code: 'publish-timeout' })
  assert.deepEqual(ids.slice(2), ['silent', 'silent'])
})

test('an event that no stream stores is an error', async (t) => {
  const nats = await startNats({ streams: false })
  t.after(() => nats.stop())
  const event = {
    modActionId: 1,
    category: 'user_delete',
    categoryId: 2,
    creatorId: 3,
    description: '',
    subjectType: null,
    subjectId: null,
    createdAt: '2026-01-01T00:00:00Z',
  }
  const publisher = createPublisher(nats.connection)
  await assert.rejects(publisher.emit(modActionCreated, event), { code: 'no-stream' })
})
