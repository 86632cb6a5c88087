import type { Command } from './command.ts';

/** Every command by name, loaded when it is used: `stdio` must start fast. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
	stdio: async () => (await import('./stdio.ts')).stdio,
	serve: async () => (await import('./serve.ts')).serve,
};
