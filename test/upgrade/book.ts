import {
  type EmitParams,
  type EnqueueParams,
  emitParams,
  enqueueParams,
  lifecycle,
} from '@danbooru-jobs/actors'
import { type JobEnded, jobEnded } from '@danbooru-jobs/contracts'
import { assign, setup } from 'xstate'
import { bookBound, type jobTypes } from './job-types.ts'

interface Book {
  readonly book: string
  /** The ids of the scans that have not ended. */
  readonly open: readonly string[]
}

const idOf = (book: string, what: string) => `${book}-${what}`

/** A lifecycle that waits for two scans, of which the previous version ends only one, and then has the book bound. */
export function bookLifecycle({ scan, bind }: ReturnType<typeof jobTypes>) {
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
  const scanned = (side: string, before: 'run' | 'hold') => ({
    type: 'enqueue' as const,
    params: ({ context: { book } }: { context: Book }) =>
      enqueueParams(scan, { before, key: side }, idOf(book, side)),
  })
  const machine = declared.createMachine({
    id: 'up-book',
    context: ({ input: { book } }) => ({ book, open: [idOf(book, 'front'), idOf(book, 'back')] }),
    initial: 'ordered',
    states: {
      ordered: { on: { begin: 'scanning' } },
      scanning: {
        entry: [scanned('front', 'run'), scanned('back', 'hold')],
        always: { guard: 'all are scanned', target: 'binding' },
        on: { 'job.done': { actions: 'noteEnd' }, 'job.discarded': 'stalled' },
      },
      binding: {
        entry: {
          type: 'enqueue',
          params: ({ context: { book } }) => enqueueParams(bind, {}, idOf(book, 'bind')),
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
  return lifecycle({ machine, definition: 1, event: jobEnded })
}
