import { storableText } from '@danbooru-jobs/contracts/wire'

/** Deeper nesting is not stored: no job needs it, and beyond PostgreSQL's own limit it is an error. */
const deepest = 200

/**
 * A value as JSON that `jsonb` accepts, so that one bad character never blocks the rows beside it: characters that it refuses are replaced, in names too, and a value that is nested too deeply
 * becomes null.
 *
 * @returns undefined for what JSON does not have: undefined, a function.
 */
export function storableJson(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value)
  if (json === undefined) return undefined
  const parsed: unknown = JSON.parse(json)
  if (!isShallow(parsed, 0)) return 'null'
  return json.includes('\\u') ? JSON.stringify(withSoundText(parsed)) : json
}

function withSoundText(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withSoundText)
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [storableText(name), withSoundText(part)]),
  )
}

/** Whether `jsonb` accepts a text of JSON. @param value the parsed text. */
export function isStorableJson(json: string, value: unknown): boolean {
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
