/** A step around an operation: it may look at or change what goes in, and must hand on what comes out. */
export type Middleware<Input, Output> = (
  input: Input,
  next: (input: Input) => Promise<Output>,
) => Promise<Output>

/**
 * The operation with every step around it; the first step is the outermost.
 *
 * A step may call `next` once: a second call rejects, since it would do the operation twice.
 */
export function compose<Input, Output>(
  steps: readonly Middleware<Input, Output>[],
  operation: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return steps.reduceRight<(input: Input) => Promise<Output>>(
    (next, step) => async (input) => step(input, once(next)),
    operation,
  )
}

function once<Input, Output>(next: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  let called = false
  return async (input) => {
    if (called) throw new TypeError('a middleware called next() twice')
    called = true
    return next(input)
  }
}
