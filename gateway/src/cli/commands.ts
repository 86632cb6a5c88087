import type { Command } from './command.ts';

/** Every command by name, loaded when it is used: `stdio` must start fast. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {};
