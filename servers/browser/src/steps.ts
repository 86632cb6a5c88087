import { ArtifactUri } from '@switchboard/kit';
import { z } from 'zod';

export const Ref = z
	.string()
	.regex(/^e[1-9]\d{0,9}$/, 'is not a ref such as e12')
	.describe('Ref of an element, such as e12, from browser_snapshot or browser_find');

export const actions = [
	'click',
	'dblclick',
	'hover',
	'type',
	'fill',
	'select',
	'check',
	'uncheck',
	'press',
	'drag',
	'scroll',
	'upload',
	'click_xy',
] as const;
export type Action = (typeof actions)[number];

const Coordinate = z.number().min(-100_000).max(100_000);

/** One thing done in a page. Which inputs an action needs is checked with the others, before anything is done. */
export const Step = z
	.strictObject({
		action: z.enum(actions),
		ref: Ref.optional(),
		text: z.string().max(20_000).optional().describe('What to type or fill in'),
		values: z
			.array(z.string().max(2_000))
			.min(1)
			.max(100)
			.optional()
			.describe('Options to select, or artifact URIs to upload'),
		key: z.string().min(1).max(40).optional().describe('Key to press, such as Enter or Control+A'),
		to: Ref.optional().describe('Ref of the element to drag to'),
		x: Coordinate.optional().describe('Pixels from the left of the viewport; for scroll and drag, pixels to move by'),
		y: Coordinate.optional(),
	})
	.superRefine((step, context) => {
		const problem = problemOf(step);
		if (problem !== undefined) context.addIssue({ code: 'custom', message: `${step.action} ${problem}` });
	});
export type Step = z.infer<typeof Step>;

const needs: Readonly<Record<Action, readonly (keyof z.infer<typeof Step>)[]>> = {
	click: ['ref'],
	dblclick: ['ref'],
	hover: ['ref'],
	type: ['text'],
	fill: ['ref', 'text'],
	select: ['ref', 'values'],
	check: ['ref'],
	uncheck: ['ref'],
	press: ['key'],
	drag: ['ref'],
	scroll: [],
	upload: ['ref', 'values'],
	click_xy: ['x', 'y'],
};

function problemOf(step: Readonly<Partial<Record<string, unknown>>> & { readonly action: Action }): string | undefined {
	const missing = needs[step.action].filter((name) => step[name] === undefined);
	if (missing.length > 0) return `needs ${missing.join(' and ')}`;
	const hasWay = step.x !== undefined || step.y !== undefined;
	if (step.action === 'drag' && step.to === undefined && !hasWay) return 'needs to, or x and y';
	if (step.action === 'scroll' && step.ref === undefined && !hasWay) return 'needs ref, or x and y';
	const files = step.action === 'upload' && Array.isArray(step.values) ? step.values : [];
	return files.every((value) => ArtifactUri.safeParse(value).success) ? undefined : 'takes artifact URIs as values';
}

/** A step in words a human can decide on; `nameOf` says what a ref is. */
export function stepInWords(
	{ action, ref, text, values, key, to, x, y }: Step,
	nameOf: (ref: string) => string,
): string {
	const what = ref === undefined ? 'what has the focus' : nameOf(ref);
	switch (action) {
		case 'type':
		case 'fill':
			return `${action} ${JSON.stringify(text)} into ${what}`;
		case 'select':
			return `select ${values?.map((value) => JSON.stringify(value)).join(', ')} in ${what}`;
		case 'press':
			return `press ${key} in ${what}`;
		case 'drag':
			return `drag ${what} ${to === undefined ? `by ${x ?? 0}, ${y ?? 0} pixels` : `to ${nameOf(to)}`}`;
		case 'scroll':
			return ref === undefined ? `scroll by ${x ?? 0}, ${y ?? 0} pixels` : `scroll to ${what}`;
		case 'upload':
			return `upload ${values?.join(', ')} through ${what}`;
		case 'click_xy':
			return `click at ${x}, ${y}`;
		default:
			return `${action} ${what}`;
	}
}
