/** Text with addresses as they may be shown: passwords, and the tokens of NATS, are left out. */
export function withoutPassword(text: string): string {
  // Up to the last @ of an address: a password that was not escaped may contain one.
  const passwords = /(:\/\/|^|[,\s])([^\s/@,:]*):(?!\/\/)[^\s,]*@/g
  const tokens = /(nats:\/\/|tls:\/\/|^|,)([^\s/@,:]+)@/g
  const parameters = /([?&]password=)[^&\s,]*/g
  return text.replace(passwords, '$1$2:***@').replace(tokens, '$1***@').replace(parameters, '$1***')
}
