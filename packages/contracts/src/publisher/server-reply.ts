import { z } from 'zod'

/** The server's reply to a published message. */
export type ServerReply =
  | {
      readonly kind: 'stored'
      readonly stream: string
      readonly sequence: number
      readonly duplicate: boolean
    }
  /** A message of a batch that goes on. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'error'; readonly code: number; readonly description: string }

const wire = z.object({
  stream: z.string().optional(),
  seq: z.number().optional(),
  duplicate: z.boolean().optional(),
  error: z.object({ err_code: z.number().default(0), description: z.string().default('') }).optional(),
})

/** Reads the answer to a publish. Anything else becomes an error with code 0. */
export function parseServerReply(text: string): ServerReply {
  if (text === '') return { kind: 'continue' }
  const parsed = wire.safeParse(parseJson(text))
  if (!parsed.success) return { kind: 'error', code: 0, description: `not an answer: ${text.slice(0, 100)}` }
  const { error, stream, seq, duplicate } = parsed.data
  if (error) return { kind: 'error', code: error.err_code, description: error.description }
  if (stream === undefined || seq === undefined) {
    return { kind: 'error', code: 0, description: `not an answer: ${text.slice(0, 100)}` }
  }
  return { kind: 'stored', stream, sequence: seq, duplicate: duplicate === true }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a server of that version lacks what the streams need (2.14). */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return !(major > 2 || (major === 2 && minor >= 14))
}
