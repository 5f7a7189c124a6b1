const declaration = /^export (?:async )?(?:function|class|const|interface|type) (\w+)/gm

/**
 * Exported names of source files that occur nowhere but where they are declared: in no other file, not in their own, and in no list of
 * an entry point. Names are compared as words, so one that is also a word of a comment counts as used. What a service runs is found by
 * its folder and needs no import.
 *
 * @param text each file of the repository with its text.
 * @returns `file: name` for each.
 */
export function unusedExports(text: ReadonlyMap<string, string>): string[] {
  const occurrences = new Map<string, number>()
  for (const source of text.values()) {
    for (const [word] of source.matchAll(/\w+/g)) occurrences.set(word, (occurrences.get(word) ?? 0) + 1)
  }
  return [...text]
    .filter(([file]) => /^(packages\/[^/]+|services\/[^/]+|infra)\/src\//.test(file))
    .filter(([file]) => !/^services\/([^/]+)\/src\/\1\.ts$/.test(file))
    .flatMap(([file, source]) =>
      [...source.matchAll(declaration)].flatMap(([, name = '']) =>
        occurrences.get(name) === 1 ? [`${file}: ${name}`] : [],
      ),
    )
}
