import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** How a line behaves. */
export interface Weather {
  /** Milliseconds that each piece of data is late. */
  readonly delay: number
  /** 0 for as fast as it goes. */
  readonly bytesPerSecond: number
}

const fair: Weather = { delay: 0, bytesPerSecond: 0 }

/** A TCP line between clients and a server that can be cut, delayed and throttled while it is used. */
export class FlakyLine implements AsyncDisposable {
  readonly #server: Server
  readonly #target: number
  readonly #open = new Set<Socket>()
  #weather = fair

  private constructor(server: Server, target: number) {
    this.#server = server
    this.#target = target
  }

  /** @param target a port of this machine */
  static async to(target: number): Promise<FlakyLine> {
    const server = createServer()
    const line = new FlakyLine(server, target)
    server.on('connection', (client) => line.#join(client))
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

  change(weather: Partial<Weather>): void {
    this.#weather = { ...fair, ...weather }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  #join(client: Socket): void {
    const server = dial({ port: this.#target, host: '127.0.0.1' })
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
    client.pipe(this.#hold()).pipe(server)
    server.pipe(this.#hold()).pipe(client)
  }

  #hold(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
        const { delay: late, bytesPerSecond } = this.#weather
        const hold = late + (bytesPerSecond === 0 ? 0 : (chunk.length / bytesPerSecond) * 1_000)
        if (hold === 0) return done(null, chunk)
        void delay(hold).then(() => done(null, chunk))
      },
    })
  }
}
