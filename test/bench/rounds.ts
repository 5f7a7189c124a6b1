/** One turn of one side. */
export type Turn<Value> = () => Promise<Value>

/**
 * Lets the sides take turns: a, b, c, a, b, c, … Every other round goes the other way round, so that no side always follows the
 * same neighbour, whose writes may still be on their way to the disk.
 */
export async function alternate<Value>(
  turns: ReadonlyMap<string, Turn<Value>>,
  rounds: number,
  onTurn: (side: string, round: number) => void = () => undefined,
): Promise<Map<string, Value[]>> {
  const results = new Map<string, Value[]>([...turns.keys()].map((side) => [side, []]))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...turns] : [...turns].reverse()
    for (const [side, turn] of order) {
      onTurn(side, round)
      results.get(side)?.push(await turn())
    }
  }
  return results
}
