import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { streamName } from '@danbooru-jobs/contracts/wire'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { freePort, type NatsServer, startNatsServer } from '../../infra/src/index.ts'

/** One nats-server, or three that form a cluster. */
export class NatsNodes {
  readonly #nodes: NatsServer[]

  private constructor(nodes: NatsServer[]) {
    this.#nodes = nodes
  }

  static async start(binary: string, folder: string, count: 1 | 3, storeSize = '128MB'): Promise<NatsNodes> {
    if (count === 1) {
      const dataDir = join(folder, 'nats')
      // A store that can be filled in a second.
      const config = `jetstream { store_dir: ${JSON.stringify(dataDir)}, max_file_store: ${storeSize} }`
      return new NatsNodes([await startNatsServer({ binary, dataDir, config })])
    }
    const ports = await Promise.all([freePort(), freePort(), freePort()])
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ')
    const nodes = await Promise.all(
      ports.map((port, index) => {
        const cluster = `cluster { name: chaos, listen: "127.0.0.1:${port}", routes: [${routes}] }`
        const config = `server_name: node-${index}\n${cluster}`
        return startNatsServer({ binary, dataDir: join(folder, `nats-${index}`), config })
      }),
    )
    return new NatsNodes(nodes)
  }

  get port(): number {
    return this.#nodes[0]?.port ?? 0
  }

  get urls(): string {
    return this.#nodes.map((node) => node.url).join(',')
  }

  /** Kills the only node. */
  async kill(down: number): Promise<void> {
    await this.#killAndRestart(0, down)
  }

  /** Kills the node that leads the stream JOBS; any node if none does at the moment. */
  async killLeader(down: number): Promise<string> {
    const leader = await this.#leader()
    const index = leader === undefined ? 0 : Number(leader.slice(leader.lastIndexOf('-') + 1))
    await this.#killAndRestart(index, down)
    return leader ?? 'no leader'
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.kill9()))
  }

  async #killAndRestart(index: number, down: number): Promise<void> {
    const node = this.#nodes[index]
    if (node === undefined) return
    await node.kill9()
    await delay(down)
    this.#nodes[index] = await node.restart()
  }

  async #leader(): Promise<string | undefined> {
    const connection = await connect({ servers: this.urls.split(',') })
    try {
      const jsm = await jetstreamManager(connection, { checkAPI: false, timeout: 2_000 })
      return (await jsm.streams.info(streamName.jobs)).cluster?.leader
    } catch {
      return undefined
    } finally {
      await connection.close()
    }
  }
}
