/** What a count comes down to, asked again until it is nothing. */
export async function settled(
  ask: () => Promise<number>,
  until: (condition: () => boolean) => Promise<unknown>,
): Promise<number> {
  let count = await ask()
  await until(() => {
    void ask().then((now) => {
      count = now
    })
    return count === 0
  })
  return count
}
