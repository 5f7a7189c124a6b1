// A parent that waits for its children, as a statechart. Needs DATABASE_URL (migrated); NATS is in memory here.
// See docs/how-to/write-a-lifecycle.md.
import {
  done,
  type EmitParams,
  type EnqueueParams,
  emitParams,
  enqueueParams,
  LifecycleStore,
  lifecycle,
  worker,
} from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineEvent, defineJob, type JobEnded, jobEnded } from '@danbooru-jobs/contracts'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const orderBook = defineJob({
  name: 'example-order-book',
  title: 'Begin a book',
  payload: z.object({ book: z.string() }),
})
const page = z.object({ book: z.string(), side: z.enum(['front', 'back']) })
const scanPage = defineJob({ name: 'example-scan-page', title: 'Scan a page', payload: page })
const bindBook = defineJob({
  name: 'example-bind-book',
  title: 'Bind a book',
  payload: z.object({ book: z.string() }),
})
const bookBound = defineEvent({
  subject: () => 'events.example.book-bound',
  filter: 'events.example.book-bound',
  title: 'A book was bound',
  payload: z.object({ book: z.string() }),
})

interface Book {
  readonly book: string
  /** The jobs that are waited for. */
  readonly open: readonly string[]
}
const idOf = (book: string, what: string) => `${book}-${what}`

const declared = setup({
  types: {
    context: {} as Book,
    input: {} as { book: string },
    events: {} as JobEnded | { type: 'begin' },
  },
  actions: {
    enqueue: (_, _job: EnqueueParams) => undefined,
    emit: (_, _event: EmitParams) => undefined,
    noteEnd: assign({
      open: ({ context, event }) =>
        event.type === 'begin' ? context.open : context.open.filter((id) => id !== event.jobId),
    }),
  },
  guards: { 'all are scanned': ({ context }) => context.open.length === 0 },
})
const scan = (side: 'front' | 'back') => ({
  type: 'enqueue' as const,
  params: ({ context: { book } }: { context: Book }) =>
    enqueueParams(scanPage, { book, side }, idOf(book, side)),
})
const bookMachine = declared.createMachine({
  id: 'example-book',
  context: ({ input: { book } }) => ({ book, open: [idOf(book, 'front'), idOf(book, 'back')] }),
  initial: 'ordered',
  states: {
    ordered: { on: { begin: 'scanning' } },
    scanning: {
      entry: [scan('front'), scan('back')],
      always: { guard: 'all are scanned', target: 'binding' },
      on: { 'job.done': { actions: 'noteEnd' }, 'job.discarded': 'stalled' },
    },
    binding: {
      entry: {
        type: 'enqueue',
        params: ({ context: { book } }) => enqueueParams(bindBook, { book }, idOf(book, 'bind')),
      },
      on: { 'job.done': 'bound', 'job.discarded': 'stalled' },
    },
    stalled: { tags: 'stalled' },
    bound: {
      type: 'final',
      entry: { type: 'emit', params: ({ context: { book } }) => emitParams(bookBound, { book }) },
    },
  },
})
const books = lifecycle({ machine: bookMachine, definition: 1, event: jobEnded })

const url = process.env.DATABASE_URL ?? ''
await using jobs = await startTestJobs(
  [
    books,
    worker(orderBook, async ({ book }, job) => {
      const first = {
        input: { book },
        event: { type: 'begin' },
        messageId: job.id,
        now: job.clock.now(),
      }
      await job.transaction((em, outbox) => new LifecycleStore(books).begin(em, outbox, book, first))
      return done()
    }),
    worker(scanPage, async ({ side }) => {
      console.log('scanned:', side)
      return done()
    }),
    worker(bindBook, async ({ book }, job) => {
      const row = await job.transaction((em) => new LifecycleStore(books).lock(em, book))
      console.log('binding; the lifecycle is', row?.state)
      return done()
    }),
  ],
  { database: { url, entities: [] } },
)
await jobs.enqueue(orderBook, { book: 'alice' }, { id: 'order-1' })
await jobs.performEnqueuedJobs()
for (const { subject, payload } of jobs.events()) console.log(subject, payload)

// Output:
// scanned: front
// scanned: back
// binding; the lifecycle is binding
// events.example.book-bound { book: 'alice' }
