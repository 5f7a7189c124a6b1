import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectPublisher, defineEvent, type Publisher } from '@danbooru-jobs/contracts'
import { streamDeclarations, streamName } from '@danbooru-jobs/contracts/wire'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { z } from 'zod'
import { testEnvironment, testFolder } from '../harness/environment.ts'
import { until } from '../harness/until.ts'
import { chaosJob } from './jobs.ts'
import { NatsNodes } from './nats-nodes.ts'

const unheard = defineEvent({
  subject: () => 'nobody.listens',
  filter: 'nobody.listens',
  title: 'No stream stores it',
  payload: z.object({}),
})

test('a publisher waits while a cluster chooses a new leader', async (context) => {
  const folder = await testFolder('leader-change')
  const nodes = await NatsNodes.start(testEnvironment('TEST_NATS_SERVER'), folder, 3)
  context.after(() => nodes.stop())
  const leader = await leaderOf(nodes)
  // Connected to the others: what is tried is the missing leader and not a broken line.
  const servers = nodes.urls.split(',').filter((_url, index) => leader !== `node-${index}`)
  const publisher = await connectPublisher({ servers, timeout: '30s' })
  try {
    const sequences = await publishWhile(publisher, nodes.killLeader(0))
    assert.deepEqual(
      sequences,
      sequences.map((_sequence, index) => index + 1),
    )
    assert.ok(sequences.length >= 20)
    await assert.rejects(publisher.emit(unheard, {}), { name: 'NoStreamError' })
  } finally {
    await publisher.close()
  }
})

/** The sequences of jobs that are published one after the other, until `harm` is done and twenty are stored. */
async function publishWhile(publisher: Publisher, harm: Promise<unknown>): Promise<number[]> {
  const sequences: number[] = []
  let isOver = false
  const over = harm.finally(() => {
    isOver = true
  })
  for (let n = 0; !isOver || n < 20; n++) {
    const result = await publisher.enqueue(chaosJob, { n, behaviour: 'plain' })
    if (result.status === 'accepted') sequences.push(result.sequence)
  }
  await over
  return sequences
}

async function leaderOf(nodes: NatsNodes): Promise<string | undefined> {
  const connection = await connect({ servers: nodes.urls.split(',') })
  try {
    const jsm = await jetstreamManager(connection, { checkAPI: false })
    await until(() => makeStreams(jsm), { what: 'the cluster to make its streams' })
    return (await jsm.streams.info(streamName.jobs)).cluster?.leader
  } finally {
    await connection.close()
  }
}

/** Streams of three replicas; undefined while the servers have not found together. */
async function makeStreams(jsm: JetStreamManager): Promise<true | undefined> {
  try {
    for (const stream of streamDeclarations({ replicas: 3 })) await jsm.streams.add(stream)
    return true
  } catch {
    return undefined
  }
}
