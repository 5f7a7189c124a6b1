import { isDeepStrictEqual } from 'node:util'
import type { JobType } from '@danbooru-jobs/contracts'
import {
  jobConsumer,
  owner,
  type StreamDeclaration,
  type StreamOptions,
  streamDeclarations,
  streamName,
} from '@danbooru-jobs/contracts/wire'
import type { ConsumerConfig, JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { orUndefined } from './not-found.ts'

/** The stream or consumer exists and another program made it: two installations must not share one account. */
export class OwnershipError extends Error {
  override readonly name = 'OwnershipError'
  readonly code = 'owned-by-another'

  constructor(what: string, madeBy: string | undefined) {
    super(
      `${what} exists and was not made by danbooru-jobs (its metadata says owner=${madeBy ?? 'none'}); ` +
        'give danbooru-jobs an account of its own, or remove it if nothing uses it',
    )
  }
}

/** A durable consumer as it is declared. */
export type ConsumerDeclaration = Partial<ConsumerConfig> & { readonly durable_name: string }

/**
 * Makes the streams, or brings them up to date. Doing it again changes nothing; settings that an operator has added are kept.
 *
 * @throws OwnershipError if a stream of that name belongs to another program.
 */
export async function provisionStreams(jsm: JetStreamManager, options: StreamOptions = {}): Promise<void> {
  for (const declared of streamDeclarations(options)) await provisionStream(jsm, declared)
}

async function provisionStream(jsm: JetStreamManager, declared: StreamDeclaration): Promise<void> {
  const existing = await orUndefined(jsm.streams.info(declared.name))
  if (!existing) {
    await jsm.streams.add(declared as StreamConfig & StreamDeclaration)
    return
  }
  refuseForeign(`the stream ${declared.name}`, existing.config.metadata)
  const wanted = {
    ...existing.config,
    ...declared,
    metadata: { ...existing.config.metadata, ...declared.metadata },
  }
  if (differs(wanted, existing.config)) await jsm.streams.update(declared.name, wanted)
}

/** Makes the consumer of a job type, or brings it up to date. */
export function provisionJobConsumer(jsm: JetStreamManager, type: JobType): Promise<void> {
  return provisionConsumer(jsm, streamName.jobs, jobConsumer(type))
}

/** Makes a durable consumer, or brings it up to date. */
export async function provisionConsumer(
  jsm: JetStreamManager,
  stream: string,
  declared: ConsumerDeclaration,
): Promise<void> {
  const name = declared.durable_name
  const existing = await orUndefined(jsm.consumers.info(stream, name))
  if (!existing) {
    await jsm.consumers.add(stream, declared)
    return
  }
  refuseForeign(`the consumer ${name} of ${stream}`, existing.config.metadata)
  const wanted = {
    ...existing.config,
    ...declared,
    metadata: { ...existing.config.metadata, ...declared.metadata },
  }
  if (differs(wanted, existing.config)) await jsm.consumers.update(stream, name, wanted)
}

function refuseForeign(what: string, metadata: Record<string, string> | undefined): void {
  if (metadata?.[owner.key] !== owner.value) throw new OwnershipError(what, metadata?.[owner.key])
}

function differs(wanted: object, existing: object): boolean {
  return !isDeepStrictEqual(JSON.parse(JSON.stringify(wanted)), JSON.parse(JSON.stringify(existing)))
}
