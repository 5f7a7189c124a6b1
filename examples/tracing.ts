// One trace from a click to the last job it leads to. See docs/how-to/trace-jobs.md.
import { currentContext, done, retry, traceEnqueue, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { createPublisher, defineJob } from '@danbooru-jobs/contracts'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { z } from 'zod'

// Any OpenTelemetry SDK, registered before the services start, switches tracing on. Yours exports to a collector.
const exporter = new InMemorySpanExporter()
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
)

const resize = defineJob({
  name: 'resize',
  title: 'Resize an image',
  payload: z.object({ postId: z.int() }),
  delivery: { backOff: { kind: 'list', delays: ['1s'] } },
})

await using jobs = await startTestJobs([
  worker(resize, async (_, job) => (job.attempt === 1 ? retry('out of memory') : done())),
])
const publisher = createPublisher(jobs.connection, {
  context: currentContext,
  middleware: [traceEnqueue],
  now: () => jobs.clock.now(),
})

const click = trace.getTracer('website').startSpan('POST /posts')
await context.with(trace.setSpan(context.active(), click), () => publisher.enqueue(resize, { postId: 1 }))
click.end()
await jobs.performEnqueuedJobs()
await jobs.advance('1s')
await jobs.performEnqueuedJobs()

for (const span of exporter.getFinishedSpans()) {
  const isSame = span.spanContext().traceId === click.spanContext().traceId
  const { 'job.attempt': attempt, 'job.outcome': outcome } = span.attributes
  console.log([isSame ? 'same trace' : 'another', span.name, attempt, outcome].filter(Boolean).join(' · '))
}

// Output:
// same trace · send jobs.resize
// same trace · POST /posts
// same trace · process jobs.resize · 1 · retry
// same trace · process jobs.resize · 2 · done
