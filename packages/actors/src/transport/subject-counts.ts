import { serverCode } from '@danbooru-jobs/contracts/wire'
import type { NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'

/** A page of the server's answer to `$JS.API.STREAM.INFO`, as far as it is used here; or its refusal. */
const page = z.object({
  state: z.object({ subjects: z.record(z.string(), z.number()).optional() }).optional(),
  total: z.number().default(0),
  error: z.object({ err_code: z.number().default(0), description: z.string().default('') }).optional(),
})

/**
 * How many messages a stream holds on each subject that matches, as the server pages it: at most 100,000 subjects at a time, so
 * that a stream with millions of them costs no more memory than one page. A stream that does not exist holds nothing.
 *
 * @throws Error if the server refuses, or does not answer within 10 s.
 */
export async function* subjectCounts(
  nats: NatsConnection,
  stream: string,
  filter: string,
): AsyncGenerator<Readonly<Record<string, number>>> {
  for (let offset = 0; ; ) {
    const request = JSON.stringify({ subjects_filter: filter, offset })
    const reply = await nats.request(`$JS.API.STREAM.INFO.${stream}`, request, { timeout: 10_000 })
    const { state, total, error } = page.parse(reply.json())
    if (error?.err_code === serverCode.streamNotFound) return
    if (error) throw new Error(`the subjects of ${stream} cannot be listed: ${error.description}`)
    const subjects = state?.subjects ?? {}
    const count = Object.keys(subjects).length
    if (count > 0) yield subjects
    offset += count
    if (count === 0 || offset >= total) return
  }
}
