import type { Labels, Sample } from './exposition.ts'

/** Upper bounds in seconds: from a job that only looks something up to one that runs all night. */
export const secondsBuckets = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200, 28_800] as const

/** Counts how many values lie below each of some bounds. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds growing; a last one without limit is added. */
  constructor(bounds: readonly number[] = secondsBuckets) {
    this.#bounds = bounds
    this.#counts = new Array(bounds.length + 1).fill(0)
  }

  observe(value: number): void {
    let index = 0
    while (index < this.#bounds.length && value > (this.#bounds[index] ?? 0)) index++
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sum += value
  }

  /** Each bucket holds what the smaller ones hold, as Prometheus wants it. */
  samples(labels: Labels): Sample[] {
    let count = 0
    const buckets = this.#counts.map((own, index): Sample => {
      count += own
      const le = index < this.#bounds.length ? String(this.#bounds[index]) : '+Inf'
      return { suffix: '_bucket', labels: { ...labels, le }, value: count }
    })
    return [
      ...buckets,
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: count },
    ]
  }
}
