const day = 24 * 60 * 60 * 1000

/** Reads the seed's times as ages: `ago(3)` is three days before now. */
export type Ago = (days: number) => Date

export const agoFrom =
  (now: Date): Ago =>
  (days) =>
    new Date(now.getTime() - days * day)

/** Two columns that nearly every table has. */
export const written = (at: Date) => ({ createdAt: at, updatedAt: at })
