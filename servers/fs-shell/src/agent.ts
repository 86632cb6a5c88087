import { defineAgent } from '@switchboard/kit';
import { z } from 'zod';
import type { FsShellPorts } from './ports.ts';
import { fsRead } from './skills/fs-read.ts';
export const fsShell = defineAgent({
	name: 'fs-shell', title: 'Files and shell', description: 'x', version: '0.1.0',
	config: z.strictObject({ roots: z.array(z.string()).default([]), readOnly: z.boolean().default(false) }),
	usage: { positionals: 'roots', example: './folder', flags: { readOnly: 'no writing' } },
	allow: ['read', 'write'],
	ports: (context): FsShellPorts => ({ files: { read: async () => 'hello' } }),
	skills: [fsRead],
});
