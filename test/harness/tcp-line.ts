import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** What data goes through on its way over a {@link TcpLine}; it is made for each connection. */
export interface TcpLinePasses {
  readonly toServer?: () => Duplex
  readonly toClient?: () => Duplex
}

/** A TCP line between clients and a server on this machine that can be cut, and whose data can be held up. */
export class TcpLine implements AsyncDisposable {
  readonly #server: Server
  readonly #open = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param target a port of this machine */
  static async to(target: number, passes: TcpLinePasses = {}): Promise<TcpLine> {
    const server = createServer()
    const line = new TcpLine(server)
    server.on('connection', (client) => line.#join(client, target, passes))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return line
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Breaks every connection, without a goodbye to either end. */
  cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  #join(client: Socket, target: number, { toServer, toClient }: TcpLinePasses): void {
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
    join(client, server, toServer)
    join(server, client, toClient)
  }
}

function join(from: Socket, to: Socket, pass: (() => Duplex) | undefined): void {
  if (pass === undefined) from.pipe(to)
  else from.pipe(pass()).pipe(to)
}
