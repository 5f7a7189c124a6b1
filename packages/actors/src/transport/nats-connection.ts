import { readFile } from 'node:fs/promises'
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node'
import { withoutPassword } from '../settings/without-password.ts'

/** How to reach NATS; plain data, so that it can be handed to another thread. */
export interface NatsSettings {
  /** One URL or several, separated by commas. User and password may be part of the URL. */
  readonly url: string
  /** Shown by the server for this connection. */
  readonly name: string
  /** A credentials file, for servers with accounts. */
  readonly credentials?: string | undefined
}

/**
 * Connects to NATS and stays connected: it reconnects indefinitely, and messages published meanwhile wait.
 *
 * @throws an Error with one clear sentence when the first connection fails.
 */
export async function connectNats(settings: NatsSettings): Promise<NatsConnection> {
  try {
    return await connect(await connectOptions(settings))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot reach NATS at ${withoutPassword(settings.url)}: ${reason}`, { cause: error })
  }
}

async function connectOptions(settings: NatsSettings): Promise<NodeConnectionOptions> {
  const [first] = settings.url.split(',')
  const parsed = new URL(first?.includes('://') ? first : `nats://${first}`)
  return {
    servers: settings.url.split(',').map(serverAddress),
    name: settings.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    pingInterval: 10_000,
    ...(parsed.username && { user: decodeURIComponent(parsed.username) }),
    ...(parsed.password && { pass: decodeURIComponent(parsed.password) }),
    ...(settings.credentials && { authenticator: credsAuthenticator(await readFile(settings.credentials)) }),
  }
}

function serverAddress(text: string): string {
  const url = new URL(text.includes('://') ? text : `nats://${text}`)
  return `${url.protocol}//${url.hostname}:${url.port || '4222'}`
}
