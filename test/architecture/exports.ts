import { posix } from 'node:path'
import type { ReadText } from './imports.ts'

/** Where a public name is declared. */
export interface Declared {
  readonly name: string
  readonly file: string
}

/** Every name that a module exports, with the file that declares it; re-exports are followed. */
export function publicNames(file: string, read: ReadText): readonly Declared[] {
  const source = read(file)
  const all = [...source.matchAll(/^export \* from '(\.[^']+)'/gm)].flatMap(([, from = '']) =>
    publicNames(resolve(file, from), read),
  )
  const named = [...source.matchAll(/^export (?:type )?\{([^}]*)\}(?: from '(\.[^']+)')?/gm)].flatMap(
    ([, list = '', from]) => namesIn(list).map((name) => declaration(file, source, name, from, read)),
  )
  const own = [...source.matchAll(declarations)].map(([, name = '']) => ({ name, file }))
  return [...all, ...named, ...own]
}

const declarations =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) ([A-Za-z_$][\w$]*)/gm

/** Whether a documentation comment stands right before the declaration; an overload inherits that of the first. */
export function isDocumented({ name, file }: Declared, read: ReadText): boolean {
  const source = read(file)
  const found = [...source.matchAll(declarations)].find(([, declared]) => declared === name)
  if (!found) return false
  return /\*\/\s*$/.test(source.slice(0, found.index))
}

function declaration(
  file: string,
  source: string,
  name: string,
  from: string | undefined,
  read: ReadText,
): Declared {
  const origin = from ?? importedFrom(source, name)
  if (origin === undefined) return { name, file }
  const target = resolve(file, origin)
  return publicNames(target, read).find((declared) => declared.name === name) ?? { name, file: target }
}

function importedFrom(source: string, name: string): string | undefined {
  const imports = source.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)
  return [...imports].find(([, list = '']) => namesIn(list).includes(name))?.[2]
}

/** `a, type B, c as d` declares a, B and c. */
function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(
      (entry) =>
        entry
          .trim()
          .replace(/^type /, '')
          .split(' as ')[0] ?? '',
    )
    .filter((name) => name !== '')
}

function resolve(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier)
}
