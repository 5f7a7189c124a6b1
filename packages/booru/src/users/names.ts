/** File extensions that a name must not end with, or its pages would be taken for another format. */
const extensions =
  /\.(html|json|xml|atom|rss|txt|js|css|csv|png|jpe?g|gif|avif|webp|mp4|webm|zip|pdf|exe|sitemap)$/i

/** What Ruby's `[[:punct:]]` matches. */
const punctuation = /[\p{P}$+<=>^`|~]/u
const space = /[\s\u0085]/u
const allowed = /^[a-zA-Z0-9\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}_.-]+$/u

/** What is wrong with a new name, besides its characters. */
export interface NameContext {
  /** Whether another account has the name already, by {@link normalizeUserName}. */
  taken?: boolean
  /** Names that the site does not want. */
  forbidden?: readonly RegExp[]
}

/**
 * The first rule that a user name breaks, in the words of Danbooru's error message, or undefined if it is a valid
 * name. Checked when an account is created or renamed by its owner, never on other updates. Danbooru's class
 * `UserNameValidator` at commit b43a913ad7.
 */
export function userNameError(
  name: string,
  { taken = false, forbidden = [] }: NameContext = {},
): string | undefined {
  const characters = [...name]
  const first = characters[0] ?? ''
  const last = characters.at(-1) ?? ''
  const strange = [...new Set(characters)].filter((c) => punctuation.test(c) && !'_.-'.includes(c))

  if (taken) return 'already exists'
  if (characters.length <= 1) return 'must be more than 1 character long'
  if (characters.length >= 25) return 'must be less than 25 characters long'
  if (space.test(name)) return "can't contain whitespace"
  if (punctuation.test(first)) return `can't start with '${first}'`
  if (punctuation.test(last)) return `can't end with '${last}'`
  if (extensions.test(name)) return "can't end with a file extension"
  if (name.includes('__')) return "can't contain multiple underscores in a row"
  if (strange.length > 0) return `can't contain ${sentence(strange.map((c) => `'${c}'`))}`
  if (!allowed.test(name)) return 'must contain only basic letters or numbers'
  if (/^user_\d+$/i.test(name)) return "can't be the same as a deleted user"
  if (forbidden.some((pattern) => pattern.test(name))) return 'is not allowed'
  return undefined
}

/** `a`, `a and b`, `a, b, and c`. */
function sentence(words: string[]): string {
  return new Intl.ListFormat('en-US', { type: 'conjunction' }).format(words)
}

/** The form in which two spellings of one user's name are equal; compare it with `lower(users.name)`. */
export function normalizeUserName(name: string): string {
  return name.toLowerCase().trim().replaceAll(' ', '_')
}

/** Whether the name is that of a deactivated account: `user_` and its id, then `~` while that is taken. */
export function isDeletedUserName(name: string): boolean {
  return /^user_[0-9]+~*$/.test(name)
}

/**
 * What a deactivated account is called on the n-th try: `user_5`, `user_5~`, `user_5~~`. Danbooru takes the first
 * that no account has, its own present name included.
 */
export function deletedUserName(userId: number, attempt: number): string {
  return `user_${userId}${'~'.repeat(attempt)}`
}
