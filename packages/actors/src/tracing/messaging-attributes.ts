import type { Attributes } from '@opentelemetry/api'

/** Attributes of the OpenTelemetry semantic conventions for messaging, version 1.37. */
export function messaging(operation: 'send' | 'process', destination: string, more: Attributes): Attributes {
  return {
    'messaging.system': 'nats',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': destination,
    ...more,
  }
}
