import { createHash } from 'node:crypto'

/**
 * Text that every store accepts: PostgreSQL refuses the character NUL, and `jsonb` also halves of surrogate pairs (PostgreSQL
 * documentation, "JSON Types"). Each becomes U+FFFD.
 */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed()
}

/** The same for an id: two different ids stay different, because one that is changed ends with a digest of what it was. */
export function storableId(id: string): string {
  const text = storableText(id)
  if (text === id) return id
  return `${text}~${createHash('sha256').update(id, 'utf16le').digest('base64url').slice(0, 22)}`
}
