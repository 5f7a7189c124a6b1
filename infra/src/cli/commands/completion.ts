import { Argument } from 'commander'
import type { AddCommand } from '../command.ts'

/** Shells that the completion is written for. */
const shells = ['bash', 'zsh', 'fish'] as const

/** `danbooru-jobs completion`: what a shell needs to complete commands, options and names. */
export const addCompletion: AddCommand = (program) => {
  program
    .command('completion')
    .description('print the script that completes commands, options and names in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .notes(`To install it for the current user:
  bash  source <(danbooru-jobs completion bash)   in ~/.bashrc
  zsh   source <(danbooru-jobs completion zsh)    in ~/.zshrc, after compinit
  fish  danbooru-jobs completion fish | source    in ~/.config/fish/config.fish

A shell starts faster when the script is in a file that it finds by itself:
  bash  ~/.local/share/bash-completion/completions/danbooru-jobs
  zsh   _danbooru-jobs in a folder of $fpath
  fish  ~/.config/fish/completions/danbooru-jobs.fish`)
    .examples('completion fish > ~/.config/fish/completions/danbooru-jobs.fish')
    .action(async (shell: (typeof shells)[number]) => {
      const { completionCommands } = await import('../completion/completion-commands.ts')
      const { declaredNames } = await import('../completion/declared-names.ts')
      const { bashScript } = await import('../completion/bash.ts')
      const { zshScript } = await import('../completion/zsh.ts')
      const { fishScript } = await import('../completion/fish.ts')
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]
      process.stdout.write(script(completionCommands(program, declaredNames)))
    })
}
