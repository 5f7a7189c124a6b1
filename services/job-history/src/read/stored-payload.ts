import { isStorableJson } from '@danbooru-jobs/actors/internal'
import { storableText } from '@danbooru-jobs/contracts/wire'

/** A message's body as PostgreSQL can store it: as `jsonb`, or as text if it is not JSON. */
export type StoredPayload =
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'text'; readonly text: string }

const strict = new TextDecoder('utf-8', { fatal: true })
const lenient = new TextDecoder('utf-8')

/**
 * Reads a body that any client may have published. `jsonb` refuses some JSON: `\u0000`, halves of surrogate pairs, numbers with huge
 * exponents (PostgreSQL documentation, "JSON Types"); what might be refused is stored as text. An empty body is an empty object.
 */
export function storedPayload(body: Uint8Array): StoredPayload {
  if (body.length === 0) return { kind: 'json', json: '{}' }
  try {
    const json = strict.decode(body)
    const value: unknown = JSON.parse(json)
    // A bare null would be a missing payload in the database.
    if (value !== null && isStorableJson(json, value)) return { kind: 'json', json }
  } catch {
    // Not UTF-8 or not JSON.
  }
  return { kind: 'text', text: storableText(lenient.decode(body)) }
}
