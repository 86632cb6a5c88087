import { z } from 'zod';
import type { Noted } from '../flat/said.ts';

/** What the one-step Skills answer. */
export const NotedOutput = z.looseObject({
	status: z.string().describe('created, updated or exists'),
	ref: z.string(),
	title: z.string(),
	undo: z.string().optional().describe('changeId for biz_undo'),
});

/** `also` was created beside it; `differs` holds something else already and was left alone. */
export interface NotedAnswer {
	readonly [key: string]: unknown;
	readonly status: string;
	readonly ref: string;
	readonly version: string;
	readonly title: string;
	readonly also: readonly { readonly ref: string; readonly title: string }[];
	readonly differs: readonly string[];
	readonly undo?: string;
}

export function notedOutput(noted: Noted): NotedAnswer {
	const differs = [...noted.differs];
	if (noted.status === 'exists') {
		const { ref, version } = noted.row;
		return { status: 'exists', ref, version, title: noted.title, also: [], differs };
	}
	const { receipt, main, status } = noted;
	const record = receipt.outcomes.find(({ ref }) => ref === main);
	const also = receipt.outcomes
		.filter(({ ref, change }) => ref !== main && change === 'create')
		.map(({ ref, title }) => ({ ref, title }));
	return {
		status,
		ref: main,
		version: record?.version ?? '1',
		title: record?.title ?? '',
		also,
		differs,
		undo: receipt.changeId,
	};
}

export function notedText(output: z.infer<typeof NotedOutput>): string {
	// What `run` put there came from `notedOutput`.
	const { status, title, ref, also, differs, undo } = output as NotedAnswer;
	return [
		`${status}: ${title} [${ref}]`,
		...also.map((other) => `created beside it: ${other.title} [${other.ref}]`),
		...(differs.length === 0
			? []
			: [`Left as they were, though you said otherwise: ${differs.join(', ')}. biz_preview changes them.`]),
		...(undo === undefined ? [] : [`Undo with biz_undo ${undo}`]),
	].join('\n');
}
