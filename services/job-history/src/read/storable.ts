/** A message's body as PostgreSQL can store it: as `jsonb`, or as text if it is not JSON. */
export type StoredPayload =
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'text'; readonly text: string }

/** Deeper nesting is stored as text: no job needs it, and beyond PostgreSQL's own limit it is an error. */
const deepest = 200
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
    if (value !== null && isStorable(json, value)) return { kind: 'json', json }
  } catch {
    // Not UTF-8 or not JSON.
  }
  return { kind: 'text', text: storableText(lenient.decode(body)) }
}

/** Text without the characters that a `text` column refuses. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed()
}

/** A value as JSON that `jsonb` accepts: characters that it refuses are replaced, and a value that cannot be stored becomes null. */
export function storableJson(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const json = JSON.stringify(value, (_, part) => (typeof part === 'string' ? storableText(part) : part))
  return isStorable(json, JSON.parse(json)) ? json : 'null'
}

function isStorable(json: string, value: unknown): boolean {
  if (/\d[eE][+-]?\d{3}/.test(json) || (json.length >= 300 && /\d{300}/.test(json))) return false
  return isShallow(value, 0) && (!json.includes('\\u') || hasSoundText(value))
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth < deepest && Object.values(value).every((part) => isShallow(part, depth + 1))
}

function hasSoundText(value: unknown): boolean {
  if (typeof value === 'string') return storableText(value) === value
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, part]) => storableText(name) === name && hasSoundText(part))
}
