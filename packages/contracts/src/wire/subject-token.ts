import { createHash } from 'node:crypto'

const plain = /^[A-Za-z0-9_-]{1,100}$/
const digest = /^~[A-Za-z0-9_-]{22}$/

/**
 * Text as one token of a subject. Plain text (letters, digits, `_`, `-`) stays readable; anything else becomes `~` and
 * 128 bits of its SHA-256, so that no key can add tokens or wildcards to a subject. A token stays as it is: a key that was read
 * from a subject or a table may be given where its text may be given.
 */
export function subjectToken(text: string): string {
  if (plain.test(text) || digest.test(text)) return text
  return `~${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Whether a message can be published to the subject: it has no empty tokens, spaces or wildcards. */
export function isLiteralSubject(subject: string): boolean {
  return /^[^\s.*>]+(\.[^\s.*>]+)*$/.test(subject)
}
