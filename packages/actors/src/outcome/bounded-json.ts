import type { Json } from './outcome.ts'

/** What stands in for a value that is too large or is no JSON: the reader sees that something was left out, and why. */
export interface CutJson {
  /** Always true: marks the value as cut. */
  readonly cut: true
  readonly reason: string
  /** The beginning of the value's JSON text, if it has one. */
  readonly begins?: string
}

/** Characters of a cut value that are kept. */
const kept = 1_000

/**
 * A value as JSON of at most so many characters. A handler may report whatever its code produces, and neither a value that is
 * too large nor one that JSON cannot express may keep its job from being settled.
 *
 * @param most characters of JSON text.
 */
export function boundedJson(value: unknown, most: number): Json | CutJson {
  const written = write(value)
  if ('error' in written) return { cut: true, reason: `not JSON: ${written.error.slice(0, 200)}` }
  if (written.text.length > most) {
    const reason = `${written.text.length} characters of JSON, ${most} are kept at most`
    return { cut: true, reason, begins: written.text.slice(0, kept) }
  }
  return JSON.parse(written.text) as Json
}

function write(value: unknown): { readonly text: string } | { readonly error: string } {
  try {
    const text = JSON.stringify(value, bigIntAsText)
    // `undefined` and functions have no JSON at all.
    return text === undefined ? { error: `a value of type ${typeof value}` } : { text }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

function bigIntAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
