import { createHash } from 'node:crypto'

/**
 * Text as one token of a subject. Plain text (letters, digits, `_`, `-`) stays readable; anything else becomes `~` and
 * 128 bits of its SHA-256, so that no key can add tokens or wildcards to a subject.
 */
export function subjectToken(text: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(text)) return text
  return `~${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Whether a message can be published to the subject: it has no empty tokens, spaces or wildcards. */
export function isLiteralSubject(subject: string): boolean {
  return /^[^\s.*>]+(\.[^\s.*>]+)*$/.test(subject)
}
