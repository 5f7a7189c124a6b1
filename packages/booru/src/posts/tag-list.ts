import { type PostFile, withAutomaticTags } from './automatic-tags.ts'

/** Active implications: what each tag implies directly. */
export type Implications = ReadonlyMap<string, readonly string[]>

/** A tag string as a list; there are no duplicates in it. */
export function tagsOf(tagString: string): string[] {
  return [...new Set(tagString.split(/\s+/).filter((name) => name !== ''))]
}

/** A post's tags before implications: the automatic tags, and the tags that other tags contain in their names. */
export function tagsBeforeImplications(current: readonly string[], file: PostFile): string[] {
  const tags = withAutomaticTags(current, file)
  for (const name of [...tags]) for (const contained of containedTags(name)) tags.add(contained)
  return [...tags]
}

function containedTags(name: string): string[] {
  const [, character] = /^(.+?)_\(cosplay\)$/i.exec(name) ?? []
  if (character !== undefined) return [character, 'cosplay']
  if (/_school_uniform$/i.test(name)) return ['school_uniform']
  return /_\(meme\)$/i.test(name) ? ['meme'] : []
}

/** The tags with everything that they imply, directly or not; unique, and sorted as Danbooru stores them. */
export function withImpliedTags(tags: readonly string[], implications: Implications): string[] {
  const found = new Set(tags)
  // A set's iteration includes what is added while it runs.
  for (const name of found) for (const implied of implications.get(name) ?? []) found.add(implied)
  return [...found].sort()
}

const boundary = /[ _+:;!./()-]/

/**
 * The words of a tag's name, for `tags.words`: split at delimiters and stripped of other symbols; a name without two letters or
 * digits in a row is a word itself. Danbooru's `Tag.parse_words` at commit b43a913ad7.
 */
export function tagWords(name: string): string[] {
  if (!/[a-z0-9]{2}/i.test(name)) return [name]
  return name
    .split(boundary)
    .map((word) => word.replace(/^[^a-z0-9]+|[^a-z0-9]+$/gi, ''))
    .filter((word) => word !== '')
}
