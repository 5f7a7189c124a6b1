import type { JobType } from '@danbooru-jobs/contracts'

/** A message's body, read and checked, or why it cannot be read. */
export type Decoded =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly reason: string }

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Reads the body of a job message and checks it against the job type's schema. An empty body is an empty object. */
export function decode(type: JobType, body: Uint8Array): Decoded {
  let value: unknown
  try {
    value = body.length === 0 ? {} : JSON.parse(decoder.decode(body))
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, reason: `payload-invalid: the body is not JSON (${detail.slice(0, 200)})` }
  }
  const checked = type.payload.safeParse(value)
  if (checked.success) return { ok: true, payload: checked.data }
  const problems = checked.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`)
  return { ok: false, reason: `payload-invalid: ${problems.join('; ')}` }
}
