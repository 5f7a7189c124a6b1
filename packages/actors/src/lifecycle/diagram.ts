import type { AnyStateMachine, AnyStateNode } from 'xstate'

/** A statechart as a Mermaid state diagram: what operators and documentation look at is the machine itself. */
export function mermaidOf(machine: AnyStateMachine): string {
  const lines = ['stateDiagram-v2']
  writeChildren(machine.root, lines, '  ')
  return `${lines.join('\n')}\n`
}

function writeChildren(node: AnyStateNode, lines: string[], indent: string): void {
  const children = Object.values(node.states)
  if (node.type === 'parallel') {
    children.forEach((child, index) => {
      if (index > 0) lines.push(`${indent}--`)
      writeNode(child, lines, indent)
    })
    return
  }
  const initial = node.initial?.target[0]
  if (initial) lines.push(`${indent}[*] --> ${idOf(initial)}`)
  for (const child of children) writeNode(child, lines, indent)
}

function writeNode(node: AnyStateNode, lines: string[], indent: string): void {
  if (Object.keys(node.states).length > 0) {
    lines.push(`${indent}state "${node.key}" as ${idOf(node)} {`)
    writeChildren(node, lines, `${indent}  `)
    lines.push(`${indent}}`)
  } else {
    lines.push(`${indent}state "${node.key}" as ${idOf(node)}`)
  }
  for (const [event, transitions] of node.transitions) {
    for (const transition of transitions) {
      for (const target of transition.target ?? []) {
        lines.push(`${indent}${idOf(node)} --> ${idOf(target)}: ${label(event, transition.guard)}`)
      }
    }
  }
  for (const transition of node.always ?? []) {
    for (const target of transition.target ?? []) {
      lines.push(`${indent}${idOf(node)} --> ${idOf(target)}: ${label('', transition.guard)}`)
    }
  }
  if (node.type === 'final') lines.push(`${indent}${idOf(node)} --> [*]`)
}

function label(event: string, guard: unknown): string {
  const name = event.startsWith('xstate.done.state') ? 'all done' : event
  const condition = guardName(guard)
  return condition ? `${name} [${condition}]`.trim() : name
}

function guardName(guard: unknown): string | undefined {
  if (typeof guard === 'string') return guard
  if (guard !== null && typeof guard === 'object' && 'type' in guard) return String(guard.type)
  return guard === undefined ? undefined : 'guarded'
}

function idOf(node: AnyStateNode): string {
  return node.path.join('_').replaceAll(/[^A-Za-z0-9_]/g, '_')
}
