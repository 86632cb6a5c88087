import { type SaidDate, written } from './adapters/dates.ts';
import { converted, measureOf } from './numbers.ts';
import type { Slot } from './slots.ts';
import type { Value } from './values.ts';

/** A value in the form an input takes, or nothing where it cannot be put so. */
export function valueFor(slot: Slot, value: Value): unknown {
	const one = single(slot, value);
	if (one === undefined) return undefined;
	if (!slot.many) return one;
	return slot.accepts.includes('command') ? wordsOfCommand(String(one)) : [one];
}

function single(slot: Slot, value: Value): unknown {
	const schema = (slot.many ? (slot.schema.items ?? {}) : slot.schema) as {
		readonly type?: unknown;
		readonly format?: unknown;
	};
	const types = [schema.type].flat();
	if (slot.choices.length > 0)
		return slot.choices.find((choice) => String(choice).toLowerCase() === value.text.toLowerCase());
	if (types.includes('number') || types.includes('integer')) return numberFor(slot, value, types.includes('integer'));
	if (types.includes('boolean'))
		return /^(?:true|yes|on|是)$/i.test(value.text)
			? true
			: /^(?:false|no|off|否)$/i.test(value.text)
				? false
				: undefined;
	if (types.includes('object') || types.includes('array')) return undefined;
	if (value.date !== undefined && slot.accepts.includes('date')) return dateFor(slot, value, value.date, schema.format);
	if (value.kind === 'amount') return slot.accepts.includes('currency') ? value.unit : String(value.number);
	if (value.kind === 'url' && slot.accepts.includes('url')) return withScheme(value.text);
	return value.text;
}

function numberFor(slot: Slot, { number, unit, text }: Value, whole: boolean): number | undefined {
	const plain = number ?? (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined);
	if (plain === undefined) return undefined;
	const wanted = `${slot.words.join(' ')} ${slot.description}`;
	const measure = measureOf(unit);
	const isAmount = /^[A-Z]{3}$/.test(unit ?? '');
	// Ten minutes are no number of lines.
	if (measure === 'time' && !/time|duration|delay|wait|ms|second|minute|hour|day|age|within/i.test(wanted))
		return undefined;
	if (measure === 'size' && !/size|byte|large|small|limit|max|min/i.test(wanted)) return undefined;
	const value = unit === undefined || isAmount || measure === 'count' ? plain : converted(plain, unit, wanted);
	return whole && !Number.isInteger(value) ? undefined : value;
}

/** What begins a span of time is rather past, what is due rather to come. */
function dateFor({ words, description }: Slot, { before }: Value, date: SaidDate, format: unknown): string {
	const name = words.join(' ');
	const coming = /\b(?:due|deadline|send|schedule|remind|start|at|when|expires?|expected|close|until|by)\b/;
	const ahead = coming.test(`${name} ${before.slice(0, 2).join(' ')}`) && !/\b(?:since|after|before|from)\b/.test(name);
	const ends = /\b(?:until|to|before|end)\b/.test(name) ? date.until : undefined;
	const at = ends ?? (ahead ? date.future : date.past);
	const dayOnly =
		format === 'date' || (format !== 'date-time' && (!date.timed || /yyyy-mm-dd|\bday\b/i.test(description)));
	return written(at, dayOnly ? 'date' : 'date-time');
}

/** An address without a scheme: this machine speaks plain HTTP, the world does not. */
function withScheme(text: string): string {
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
	return /^(?:localhost|127\.|\[::1\])/i.test(text) ? `http://${text}` : `https://${text}`;
}

/** A command line as its words, quotes heard and taken away. */
export function wordsOfCommand(line: string): string[] {
	return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(?:[^\s"'\\]|\\.)+/g)].map(([whole, double, single]) =>
		double !== undefined ? double.replaceAll(/\\(["\\$`])/g, '$1') : (single ?? whole.replaceAll(/\\(.)/g, '$1')),
	);
}
