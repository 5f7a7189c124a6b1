/** A number with its noun: `1 job`, `2 jobs`, `1 batch`, `0 batches`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
