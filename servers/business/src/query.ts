import { Fault } from '@switchboard/kit';
import {
	type AggregateQuery,
	type DateBucket,
	dateBuckets,
	type EntityDescription,
	type MeasureKind,
	measureKinds,
	type Order,
} from './connector.ts';
import type { Filter } from './filter.ts';

/** `-amount` is descending. */
export function parseOrder(order: readonly string[]): readonly Order[] {
	return order.map((text) =>
		text.startsWith('-') ? { path: text.slice(1), descending: true } : { path: text, descending: false },
	);
}

/** `stage`, or a date in steps: `date:month`. */
export function parseGroup(text: string): AggregateQuery['groupBy'][number] {
	const [path = '', step] = text.split(':');
	if (step === undefined) return { path, bucket: undefined };
	const bucket = dateBuckets.find((known): known is DateBucket => known === step);
	if (bucket === undefined)
		throw new Fault('invalid_input', `groupBy: after the colon stands one of ${dateBuckets.join(', ')}.`);
	return { path, bucket };
}

/** `count`, or a measure of a field: `sum:total`. */
export function parseMeasure(text: string): AggregateQuery['measures'][number] {
	const [name, path] = text.split(':');
	const kind = measureKinds.find((known): known is MeasureKind => known === name);
	if (kind === undefined)
		throw new Fault(
			'invalid_input',
			`measures: one of ${measureKinds.join(', ')}, then a colon and a field, such as sum:total.`,
		);
	return { kind, path };
}

const maxWords = 8;

/** Every word must stand in one of the entity's texts. */
export function textFilter(text: string, { fields }: EntityDescription): Filter {
	const searched = fields.filter(({ type }) => type === 'text').map(({ name }) => name);
	const words = text.split(/\s+/).filter((word) => word !== '');
	return {
		kind: 'and',
		of: words.slice(0, maxWords).map((word) => ({
			kind: 'or',
			of: searched.map((path) => ({
				kind: 'test',
				path,
				comparison: 'like',
				values: [`%${escapeLike(word.slice(0, 100))}%`],
			})),
		})),
	};
}

/** Text that a `like` finds as it is written. */
export function escapeLike(text: string): string {
	return text.replaceAll(/[\\%_]/g, '\\$&');
}

export function both(a: Filter | undefined, b: Filter | undefined): Filter | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return { kind: 'and', of: [a, b] };
}
