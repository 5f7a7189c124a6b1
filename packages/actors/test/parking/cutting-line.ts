import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'

/** A TCP line to a server that breaks, once, in the moment when a client says something: what is said then never arrives. */
export class CuttingLine implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #cutAt: ((said: string) => boolean) | undefined
  #cuts = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(target: number): Promise<CuttingLine> {
    const server = createServer()
    const line = new CuttingLine(server)
    server.on('connection', (client) => line.#join(client, target))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return line
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How often it has broken. */
  get cuts(): number {
    return this.#cuts
  }

  cutWhen(isThatIt: (said: string) => boolean): void {
    this.#cutAt = isThatIt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  #join(client: Socket, target: number): void {
    const server = dial({ port: target, host: '127.0.0.1' })
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.once('close', () => {
        this.#open.delete(socket)
        other.destroy()
      })
    }
    server.pipe(client)
    client.on('data', (chunk) => {
      if (this.#cutAt?.(chunk.toString('latin1')) !== true) {
        server.write(chunk)
        return
      }
      this.#cutAt = undefined
      this.#cuts++
      client.resetAndDestroy()
      server.resetAndDestroy()
    })
  }
}
