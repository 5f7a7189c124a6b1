import { posix } from 'node:path'
import { type Import, importsOf, type ReadText } from './imports.ts'

/**
 * The folders of a package in the order in which they build on each other: a folder may import those before it, and nothing after
 * it. Files directly in `src` are entry points and may import every folder.
 */
export const layers: Readonly<Record<string, readonly (readonly [folder: string, purpose: string])[]>> = {
  'packages/contracts': [
    ['define', 'declares jobs, events and requests, and the options for their delivery'],
    ['wire', 'headers, subjects, streams and schemas as they are on the wire'],
    ['job-message', 'the follow-up messages of a job and the notices of its end'],
    ['message', 'jobs and events as messages'],
    ['publisher', 'publishes messages'],
    ['asyncapi', 'job types, events and requests as AsyncAPI and JSON Schema documents'],
    ['danbooru', 'the job types, events and requests of Danbooru: nothing generic imports them'],
  ],
  'packages/actors': [
    ['environment', 'time, chance, ids and the version'],
    ['settings', 'environment variables as settings that are declared and checked'],
    ['outcome', 'the outcomes of an attempt, and the errors that stand for them'],
    ['tracing', 'spans, and the context that messages inherit'],
    ['metrics', 'counters and histograms, and their text format'],
    ['transport', 'NATS: connection, streams and consumers, pulling, publishing, reading'],
    ['lease', 'heartbeats for the jobs that a process holds'],
    ['sql', 'runs one SQL statement'],
    ['outbox', 'what a transaction publishes after its commit'],
    ['database', 'connections, transactions and migrations'],
    ['history', 'reads the history of jobs'],
    ['runtime', 'what a process lends to its services'],
    ['admission', 'whether a job may start: limits, rates, order, unique keys'],
    ['worker', 'runs the jobs of one type'],
    ['lifecycle', 'statecharts as rows'],
    ['request', 'answers requests'],
    ['schedule', 'schedules that repeat'],
    ['batches', 'jobs with one callback'],
    ['relay', 'publishes the outbox'],
    ['operate', 'what operators look at and do'],
    ['service', 'runs services in a process'],
    ['testing', 'the test kit: the same services on a server in memory'],
  ],
}

/** What is wrong with a relative import between two folders of a layered package, or undefined. */
export function layerProblem({ file, specifier }: Import): string | undefined {
  const from = folderOf(file)
  const to = specifier.startsWith('.') ? folderOf(target(file, specifier)) : undefined
  if (from === undefined || to === undefined || from.part !== to.part || from.folder === '') return undefined
  const order = layers[from.part]?.map(([folder]) => folder) ?? []
  if (!order.includes(from.folder)) return `${from.folder} is not a layer of ${from.part}`
  if (to.folder === from.folder) return undefined
  if (to.folder === '') return `${from.folder} imports an entry point`
  return order.indexOf(to.folder) < order.indexOf(from.folder)
    ? undefined
    : `${from.folder} must not import ${to.folder}`
}

/** The files that import each other in a circle, types included: one list for each circle. */
export function fileCycles(files: readonly string[], read: ReadText): readonly (readonly string[])[] {
  const known = new Set(files)
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(file, read(file))
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => target(file, specifier))
        .filter((imported) => known.has(imported)),
    ]),
  )
  return cyclesOf(edges)
}

/** The strongly connected components with more than one node (Tarjan's algorithm). */
export function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (node: string): number => {
    const own = index.size
    index.set(node, own)
    low.set(node, own)
    stack.push(node)
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) low.set(node, Math.min(low.get(node) ?? own, visit(next)))
      else if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? own, index.get(next) ?? own))
    }
    if (low.get(node) === own) {
      const component = stack.splice(stack.indexOf(node))
      if (component.length > 1) found.push(component.sort())
    }
    return low.get(node) ?? own
  }
  for (const node of edges.keys()) if (!index.has(node)) visit(node)
  return found
}

function target(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier)
}

function folderOf(file: string): { readonly part: string; readonly folder: string } | undefined {
  const [, part, rest = ''] = /^((?:packages)\/[^/]+)\/src\/(.*)$/.exec(file) ?? []
  if (part === undefined || layers[part] === undefined) return undefined
  return { part, folder: rest.includes('/') ? (rest.split('/')[0] ?? '') : '' }
}
