import { z } from 'zod';

/** How the owner sets the Agent up; every setting has a flag and a variable of its name. */
export const FsShellConfig = z.strictObject({
	roots: z.array(z.string().min(1)).default([]),
	readOnly: z.boolean().default(false),
	readSecrets: z.boolean().default(false),
	scripts: z.string().min(1).optional(),
	sandbox: z.enum(['auto', 'require', 'off']).default('auto'),
	network: z.boolean().default(false),
	readable: z.array(z.string().min(1)).default([]),
	env: z.array(z.string().regex(/^[A-Za-z_]\w*$/)).default([]),
	undoDays: z.number().positive().default(14),
	undoMegabytes: z.number().positive().default(2048),
});
export type FsShellConfig = z.infer<typeof FsShellConfig>;
