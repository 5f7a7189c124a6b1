import { type NatsServer, startNatsServer } from '../../infra/src/index.ts'
import { testEnvironment, testFolder } from './environment.ts'

/** A nats-server of a test's own, with JetStream and no streams. */
export interface TestNats extends AsyncDisposable {
  readonly url: string
  readonly port: number
  kill9(): Promise<void>
  stop(): Promise<void>
  /** Starts it again on the same port and data. */
  restart(): Promise<void>
}

/**
 * Use with `await using`, or dispose of it in an `after` hook.
 *
 * @param config more configuration, in nats-server's own format
 */
export async function startNats(config = ''): Promise<TestNats> {
  const binary = testEnvironment('TEST_NATS_SERVER')
  let server: NatsServer = await startNatsServer({ binary, dataDir: await testFolder('nats'), config })
  const { url, port } = server
  return {
    url,
    port,
    kill9: () => server.kill9(),
    stop: () => server.stop(),
    async restart() {
      server = await server.restart()
    },
    [Symbol.asyncDispose]: () => server.kill9(),
  }
}
