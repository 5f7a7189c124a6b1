import { z } from 'zod'

const subject = z.string()
const sequence = z.number()

/** A stream's configuration, as far as the server in memory behaves like it. */
const streamConfig = z.strictObject({
  name: z.string(),
  subjects: z.array(subject),
  description: z.string().optional(),
  storage: z.enum(['file', 'memory']).optional(),
  retention: z.enum(['limits', 'workqueue']).optional(),
  num_replicas: z.number().optional(),
  duplicate_window: z.number().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  republish: z.strictObject({ src: subject, dest: subject }).optional(),
  allow_atomic: z.boolean().optional(),
  allow_direct: z.boolean().optional(),
  allow_msg_schedules: z.boolean().optional(),
  allow_rollup_hdrs: z.boolean().optional(),
  no_ack: z.boolean().optional(),
  max_msgs_per_subject: z.number().optional(),
  // Nothing is so old in a test.
  max_age: z.number().optional(),
})

const consumerConfig = z.strictObject({
  name: z.string().optional(),
  durable_name: z.string().optional(),
  description: z.string().optional(),
  filter_subject: subject.optional(),
  filter_subjects: z.array(subject).optional(),
  ack_policy: z.enum(['explicit']),
  deliver_policy: z.enum(['all']),
  replay_policy: z.enum(['instant']).optional(),
  ack_wait: z.number().optional(),
  max_deliver: z.literal(-1).optional(),
  max_ack_pending: z.number().optional(),
  sample_freq: z.string().optional(),
  pause_until: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})

const nothing = z.strictObject({})
const creation = z.strictObject({
  stream_name: z.string(),
  config: consumerConfig,
  action: z.enum(['', 'create', 'update']).optional(),
  pedantic: z.literal(false).optional(),
})

/**
 * The fields of each request to `$JS.API` that the server in memory understands. A field that it does not know is an error, never
 * left out: a test would pass in memory and its job fail in production.
 */
export const apiRequests = {
  INFO: nothing,
  'STREAM.CREATE': streamConfig,
  'STREAM.UPDATE': streamConfig,
  'STREAM.INFO': z.strictObject({ subjects_filter: subject.optional(), offset: z.literal(0).optional() }),
  'STREAM.PURGE': z.strictObject({ filter: subject.optional(), seq: sequence.optional() }),
  'STREAM.MSG.GET': z.strictObject({
    seq: sequence.optional(),
    last_by_subj: subject.optional(),
    next_by_subj: subject.optional(),
  }),
  'STREAM.MSG.DELETE': z.strictObject({ seq: sequence, no_erase: z.boolean().optional() }),
  'CONSUMER.CREATE': creation,
  'CONSUMER.DURABLE.CREATE': creation,
  'CONSUMER.INFO': nothing,
  'CONSUMER.LIST': z.strictObject({ offset: z.literal(0).optional() }),
  'CONSUMER.DELETE': nothing,
  'CONSUMER.PAUSE': z.strictObject({ pause_until: z.string().optional() }),
  'CONSUMER.MSG.NEXT': z.strictObject({
    batch: z.number().optional(),
    expires: z.number().optional(),
    idle_heartbeat: z.number().optional(),
  }),
  'DIRECT.GET': z.strictObject({
    seq: sequence.optional(),
    batch: z.number().optional(),
    next_by_subj: subject.optional(),
    last_by_subj: subject.optional(),
    multi_last: z.array(subject).optional(),
  }),
} as const satisfies Record<string, z.ZodType>

/** A request of the API that is known in memory. */
export type ApiVerb = keyof typeof apiRequests

/** The verb of an API subject, without `$JS.API.`, and the tokens after it. */
export function readVerb(tokens: readonly string[]): { verb: ApiVerb; names: readonly string[] } | undefined {
  const known = Object.keys(apiRequests) as ApiVerb[]
  const verb = known.find((name) => name.split('.').every((token, index) => tokens[index] === token))
  return verb && { verb, names: tokens.slice(verb.split('.').length) }
}

/** What is wrong with a request, naming the fields; undefined if it is understood. */
export function requestProblem(verb: ApiVerb, body: unknown): string | undefined {
  const parsed = apiRequests[verb].safeParse(body)
  if (parsed.success) return undefined
  return parsed.error.issues
    .map((issue) =>
      issue.code === 'unrecognized_keys'
        ? [...issue.path, issue.keys.join(', ')].join('.')
        : `${issue.path.join('.')} (${issue.message})`,
    )
    .join('; ')
}
