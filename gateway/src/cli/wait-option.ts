import type { Output } from './output.ts';
import { wholeNumber } from './usage.ts';

export const waitOption = {
	wait: { type: 'string', value: 'SECONDS', about: 'How long to wait for a held call to be approved (default 45)' },
} as const;

export function waitParams(
	{ wait }: { readonly wait?: string },
	{ interactive }: Output,
): { interactive: boolean; waitMs?: number } {
	return { interactive, ...(wait !== undefined && { waitMs: wholeNumber(wait, 'wait') * 1000 }) };
}
