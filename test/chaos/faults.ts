import { SeededRandom } from './random.ts'

/** Something that goes wrong. Times in milliseconds. */
export type Fault =
  | { readonly kind: 'kill-worker'; readonly worker: number }
  | { readonly kind: 'terminate-worker'; readonly worker: number }
  | { readonly kind: 'kill-publisher' }
  | { readonly kind: 'kill-relay' }
  | { readonly kind: 'kill-history' }
  | { readonly kind: 'kill-postgres'; readonly down: number }
  /** PostgreSQL refuses to write, as after a fail-over to a replica. */
  | { readonly kind: 'read-only'; readonly last: number }
  /** The NATS server has no room for messages. */
  | { readonly kind: 'full-store'; readonly last: number }
  /** A message whose headers no client library accepts is published as a job. */
  | { readonly kind: 'bad-headers' }
  /** An operator deletes the consumer of a job type. */
  | { readonly kind: 'delete-consumer' }
  | { readonly kind: 'kill-nats'; readonly down: number }
  | { readonly kind: 'kill-leader'; readonly down: number }
  | { readonly kind: 'cut'; readonly line: Line }
  | { readonly kind: 'slow'; readonly line: Line; readonly delay: number; readonly last: number }
  | { readonly kind: 'throttle'; readonly line: Line; readonly bytesPerSecond: number; readonly last: number }

/** A connection that leads through a proxy of ours. */
export type Line = 'nats' | 'postgres'

export type FaultKind = Fault['kind']

/** A fault and how long after the one before it. */
export interface PlannedFault {
  readonly after: number
  readonly fault: Fault
}

/** Faults of one server. */
export const singleServerFaults = [
  'kill-worker',
  'kill-worker',
  'terminate-worker',
  'kill-publisher',
  'kill-relay',
  'kill-history',
  'kill-postgres',
  'read-only',
  'full-store',
  'bad-headers',
  'delete-consumer',
  'kill-nats',
  'cut',
  'slow',
  'throttle',
] as const satisfies readonly FaultKind[]

/** Faults of a cluster: its clients are connected without a proxy, since they choose among its nodes themselves. */
export const clusterFaults = [
  'kill-leader',
  'kill-leader',
  'kill-worker',
  'terminate-worker',
  'kill-relay',
  'read-only',
  'delete-consumer',
] as const satisfies readonly FaultKind[]

/** What goes wrong in a run, without an end. The same seed gives the same faults in the same order. */
export function* planFaults(
  seed: number,
  options: {
    readonly kinds: readonly [FaultKind, ...FaultKind[]]
    readonly workers: number
    /** The longest pause between two faults. */
    readonly longestGap: number
  },
): Generator<PlannedFault, never> {
  const random = new SeededRandom(seed)
  for (;;) {
    const after = random.between(Math.ceil(options.longestGap / 8), options.longestGap)
    yield { after, fault: faultOf(random.pick(options.kinds), options.workers, random) }
  }
}

function faultOf(kind: FaultKind, workers: number, random: SeededRandom): Fault {
  const line = (): Line => random.pick(['nats', 'postgres'])
  switch (kind) {
    case 'kill-worker':
    case 'terminate-worker':
      return { kind, worker: random.between(0, workers - 1) }
    case 'kill-publisher':
    case 'kill-relay':
    case 'kill-history':
    case 'bad-headers':
    case 'delete-consumer':
      return { kind }
    case 'kill-postgres':
    case 'kill-nats':
      return { kind, down: random.between(0, 2_000) }
    case 'read-only':
    case 'full-store':
      return { kind, last: random.between(500, 3_000) }
    case 'kill-leader':
      return { kind, down: random.between(500, 3_000) }
    case 'cut':
      return { kind, line: line() }
    case 'slow':
      return { kind, line: line(), delay: random.between(20, 400), last: random.between(500, 3_000) }
    case 'throttle':
      return {
        kind,
        line: line(),
        bytesPerSecond: random.between(20_000, 500_000),
        last: random.between(500, 3_000),
      }
    default:
      return kind satisfies never
  }
}

/** A fault in one line. */
export function describeFault(fault: Fault): string {
  const { kind, ...details } = fault
  const said = Object.entries(details).map(([name, value]) => `${name} ${value}`)
  return [kind, ...said].join(', ')
}
