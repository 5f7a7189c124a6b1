/** Whether a subject is one of those that a pattern with `*` (one token) and `>` (the rest) means. */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.')
  const tokens = subject.split('.')
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return tokens.length > index
    if (index >= tokens.length || (token !== '*' && token !== tokens[index])) return false
  }
  return tokens.length === wanted.length
}

/** As {@link matches}, for any of several patterns. */
export function matchesAny(patterns: readonly string[], subject: string): boolean {
  return patterns.some((pattern) => matches(pattern, subject))
}

/** Where a stream republishes a message: `dest` with what the `>` of `src` stood for. */
export function republishTarget(rule: { readonly src?: string; readonly dest: string }, subject: string) {
  const src = rule.src ?? '>'
  if (!matches(src, subject)) return undefined
  const tail = subject.split('.').slice(src.split('.').length - 1)
  return rule.dest.replace(/>$/, tail.join('.'))
}
