/** `true` if both types are the same in both directions, `false` otherwise. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for a type that is `true`. */
export function holds<_Statement extends true>(): void {}
