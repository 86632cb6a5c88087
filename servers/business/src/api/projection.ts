import { Fault } from '@switchboard/kit';
import { isObject, member } from './json.ts';

const maxPicked = 5_000;

/** What JSON pointers pick out of a value; `*` stands for every item or member. Where nothing is, nothing is picked. */
export function project(value: unknown, pointers: readonly string[]): Record<string, unknown> {
	return Object.fromEntries(
		pointers.flatMap((pointer) => {
			const picked = pick(value, stepsOf(pointer));
			return picked === undefined ? [] : [[pointer, picked]];
		}),
	);
}

function stepsOf(pointer: string): readonly string[] {
	if (pointer === '') return [];
	if (!pointer.startsWith('/'))
		throw new Fault('invalid_input', 'fields: a JSON pointer begins with a slash, such as /items/*/name.');
	return pointer
		.slice(1)
		.split('/')
		.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pick(value: unknown, [step, ...rest]: readonly string[]): unknown {
	if (step === undefined) return value;
	if (step !== '*') return pick(member(value, step), rest);
	const items = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
	if (items.length > maxPicked) throw new Fault('too_large', `fields: a * stands for more than ${maxPicked} items.`);
	const picked = items.map((item) => pick(item, rest)).filter((item) => item !== undefined);
	return picked.length === 0 ? undefined : picked;
}
