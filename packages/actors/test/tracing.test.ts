import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  currentContext,
  done,
  emitParams,
  enqueueParams,
  LifecycleStore,
  lifecycle,
  outboxRelay,
  responder,
  retry,
  traceEnqueue,
  worker,
} from '@danbooru-jobs/actors'
import { parseTraceHeaders, traceHeadersOf } from '@danbooru-jobs/actors/internal'
import { createPublisher, defineEvent, defineJob, defineRequest } from '@danbooru-jobs/contracts'
import { context, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import fc from 'fast-check'
import { setup } from 'xstate'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

const close = defineJob({
  name: 'close-account',
  title: 'Close an account',
  payload: z.object({ userId: z.int() }),
  delivery: { attempts: 2, backOff: { kind: 'list', delays: ['10ms'] } },
})
const closed = defineEvent({
  subject: () => 'events.account.closed',
  filter: 'events.account.closed',
  title: 'An account was closed',
  payload: z.object({ userId: z.int() }),
})
const ask = defineRequest({
  subject: 'accounts.close',
  title: 'Close an account',
  request: z.object({ userId: z.int() }),
  reply: z.object({ status: z.literal('accepted') }),
})

const closing = lifecycle({
  definition: 1,
  event: z.object({ type: z.string() }),
  machine: setup({
    types: { context: {} as { userId: number }, input: {} as { userId: number } },
    actions: { enqueue: (_, _params: unknown) => undefined, emit: (_, _params: unknown) => undefined },
  }).createMachine({
    id: 'closing',
    context: ({ input }) => ({ userId: input.userId }),
    initial: 'asked',
    states: {
      asked: { on: { begin: 'running' } },
      running: {
        entry: {
          type: 'enqueue',
          params: ({ context: { userId } }: { context: { userId: number } }) =>
            enqueueParams(close, { userId }, `closing-${userId}`),
        },
        on: { 'job.done': 'ended' },
      },
      ended: {
        type: 'final',
        entry: {
          type: 'emit',
          params: ({ context: { userId } }: { context: { userId: number } }) =>
            emitParams(closed, { userId }),
        },
      },
    },
  }),
})

const answering = responder(
  'accounts',
  ask,
  async ({ userId }, { transaction, clock, id }) => {
    await transaction((em, outbox) =>
      new LifecycleStore(closing).begin(em, outbox, String(userId), {
        input: { userId },
        event: { type: 'begin' },
        messageId: id,
        now: clock.now(),
      }),
    )
    return { status: 'accepted' as const }
  },
  () => ({ status: 'accepted' as const }),
)

describe('a trace', () => {
  const exporter = new InMemorySpanExporter()
  let bed: Bed
  before(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    )
    bed = await makeBed()
  })
  after(async () => {
    await bed[Symbol.asyncDispose]()
    trace.disable()
    context.disable()
  })

  test('leads from a request through outbox, outboxRelay, job and lifecycle to the event', async () => {
    const actors: (string | undefined)[] = []
    const handler = worker(close, async (_, job) => {
      actors.push(job.actor)
      return job.attempt === 1 ? retry('once') : done()
    })
    await bed.run([answering, closing, outboxRelay, handler])
    const publisher = createPublisher(bed.connection, {
      context: () => ({ ...currentContext(), actor: 'user:1' }),
      middleware: [traceEnqueue],
    })
    const heard = Promise.withResolvers<string>()
    bed.connection.subscribe('events.account.closed', {
      callback: (_error, message) => heard.resolve(message.headers?.get('traceparent') ?? ''),
    })
    await bed.connection.flush()
    const root = trace.getTracer('test').startSpan('click')
    await context.with(trace.setSpan(context.active(), root), () => publisher.request(ask, { userId: 7 }))
    root.end()
    const event = parseTraceHeaders({ traceparent: await heard.promise })
    const { traceId } = root.spanContext()
    assert.equal(event?.traceId, traceId)
    const spans = await until(() => {
      const all = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
      return all.some((span) => span.name === 'send events.account') ? all : undefined
    })
    assert.deepEqual(pathTo(spans, 'send events.account'), [
      'click',
      'answer accounts.close',
      'send jobs.close-account',
      'process jobs.close-account',
      'transition closing',
      'send events.account',
    ])
    const attempts = spans.filter((span) => span.name === 'process jobs.close-account')
    assert.deepEqual(
      attempts.map(({ attributes }) => [attributes['job.attempt'], attributes['job.outcome']]),
      [
        [1, 'retry'],
        [2, 'done'],
      ],
    )
    assert.equal(attempts[0]?.kind, SpanKind.CONSUMER)
    assert.equal(attempts[0]?.attributes['error.type'], 'Error')
    assert.equal(attempts[0]?.attributes['messaging.message.id'], 'closing-7')
    assert.deepEqual(actors, ['user:1', 'user:1'])
  })

  test('begins with an enqueue where there is none', async () => {
    const publisher = createPublisher(bed.connection, { middleware: [traceEnqueue] })
    await publisher.enqueue(close, { userId: 8 }, { id: 'alone' })
    const attempt = await until(() => exporter.getFinishedSpans().find(isSpanOf('alone', SpanKind.CONSUMER)))
    const sent = await until(() => exporter.getFinishedSpans().find(isSpanOf('alone', SpanKind.PRODUCER)))
    assert.equal(attempt.parentSpanContext?.spanId, sent.spanContext().spanId)
  })
})

function isSpanOf(id: string, kind: SpanKind) {
  return (span: ReadableSpan) => span.kind === kind && span.attributes['messaging.message.id'] === id
}

/** The names of the spans from the root to the one of that name. */
function pathTo(spans: readonly ReadableSpan[], name: string): string[] {
  const path: string[] = []
  for (let span = spans.find((one) => one.name === name); span; ) {
    path.unshift(span.name)
    const parent: string | undefined = span.parentSpanContext?.spanId
    span = spans.find((one) => one.spanContext().spanId === parent)
  }
  return path
}

describe('trace headers', () => {
  test('written and read again are the same', () => {
    const hexadecimal = (length: number) =>
      fc
        .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
        .map((digits) => digits.join(''))
        .filter((text) => /[1-9a-f]/.test(text))
    fc.assert(
      fc.property(
        hexadecimal(32),
        hexadecimal(16),
        fc.integer({ min: 0, max: 1 }),
        (traceId, spanId, traceFlags) => {
          const headers = traceHeadersOf({ traceId, spanId, traceFlags })
          assert.deepEqual(parseTraceHeaders(headers), { traceId, spanId, traceFlags, isRemote: true })
        },
      ),
    )
  })

  test('that are no such thing are ignored, whatever they are', () => {
    fc.assert(fc.property(fc.string(), (traceparent) => parseTraceHeaders({ traceparent }) === undefined))
    const valid = `${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    for (const traceparent of [
      `ff-${valid}`,
      `00-${valid}-more`,
      `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    ]) {
      assert.equal(parseTraceHeaders({ traceparent }), undefined)
    }
    assert.notEqual(parseTraceHeaders({ traceparent: `01-${valid}-more` }), undefined)
  })
})
