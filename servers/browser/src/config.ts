import { z } from 'zod';
import { originRule } from './origins.ts';

const Origin = z
	.string()
	.refine(
		(text) => originRule(text) !== undefined,
		'is not an origin such as http://127.0.0.1:8080 (only a loopback host may have * as its port)',
	);

export const BrowserConfig = z.strictObject({
	executable: z.string().min(1).optional(),
	headless: z.boolean().default(true),
	sandbox: z.enum(['auto', 'require']).default('auto'),
	allowOrigins: z.array(Origin).default([]),
	allowPrivate: z.boolean().default(false),
	idleMs: z.int().min(1_000).default(600_000),
	timeoutMs: z.int().min(500).max(240_000).default(30_000),
	maxTabs: z.int().min(1).max(100).default(12),
	maxDownloadBytes: z
		.int()
		.min(1)
		.default(100 * 1024 * 1024),
});
export type BrowserConfig = z.infer<typeof BrowserConfig>;
