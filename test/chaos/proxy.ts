import { Transform, type TransformCallback } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { TcpLine } from '../harness/index.ts'

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
  #line: TcpLine | undefined
  #weather = fair

  /** @param target a port of this machine */
  static async to(target: number): Promise<FlakyLine> {
    const flaky = new FlakyLine()
    const hold = () => flaky.#hold()
    flaky.#line = await TcpLine.to(target, { toServer: hold, toClient: hold })
    return flaky
  }

  get port(): number {
    return this.#line?.port ?? 0
  }

  /** Breaks every connection, without a goodbye to either end. */
  cut(): void {
    this.#line?.cut()
  }

  change(weather: Partial<Weather>): void {
    this.#weather = { ...fair, ...weather }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line?.[Symbol.asyncDispose]()
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
