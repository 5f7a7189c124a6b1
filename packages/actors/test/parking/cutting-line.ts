import { Transform, type TransformCallback } from 'node:stream'
import { TcpLine } from '../../../../test/harness/index.ts'

/** A TCP line to a server that breaks, once, when a client sends a chosen text: that text never arrives. */
export class CuttingLine implements AsyncDisposable {
  #line: TcpLine | undefined
  #cutAt: ((said: string) => boolean) | undefined
  #cuts = 0

  static async to(target: number): Promise<CuttingLine> {
    const cutting = new CuttingLine()
    cutting.#line = await TcpLine.to(target, { toServer: () => cutting.#listen() })
    return cutting
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#line?.port}`
  }

  /** How often it has broken. */
  get cuts(): number {
    return this.#cuts
  }

  cutWhen(isThatIt: (said: string) => boolean): void {
    this.#cutAt = isThatIt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line?.[Symbol.asyncDispose]()
  }

  #listen(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
        if (this.#cutAt?.(chunk.toString('latin1')) !== true) return done(null, chunk)
        this.#cutAt = undefined
        this.#cuts++
        this.#line?.cut()
        done()
      },
    })
  }
}
