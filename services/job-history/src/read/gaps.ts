/** Consecutive sequences of the stream JOBS of which the log has no copies, both ends included. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** The sequences between those that are copied, which may come in any order and repeated, and how far the queue is known with them. */
export function gapsBetween(
  upTo: number,
  copied: Iterable<number>,
): { readonly gaps: readonly Gap[]; readonly upTo: number } {
  const gaps: Gap[] = []
  let last = upTo
  for (const sequence of [...copied].sort((a, b) => a - b)) {
    if (sequence > last + 1) gaps.push({ from: last + 1, to: sequence - 1 })
    last = Math.max(last, sequence)
  }
  return { gaps, upTo: last }
}

/** Joins gaps that are near each other until there are at most `most`: the copied messages between them are read again. */
export function joinGaps(gaps: readonly Gap[], most: number): readonly Gap[] {
  let joined = gaps
  for (let reach = 1; joined.length > most; reach *= 2) joined = joinedWithin(joined, reach)
  return joined
}

function joinedWithin(gaps: readonly Gap[], reach: number): readonly Gap[] {
  const joined: Gap[] = []
  for (const gap of gaps) {
    const before = joined.at(-1)
    if (before !== undefined && gap.from - before.to <= reach + 1)
      joined[joined.length - 1] = { from: before.from, to: gap.to }
    else joined.push(gap)
  }
  return joined
}
