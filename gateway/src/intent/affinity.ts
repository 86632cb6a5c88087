import type { Accepts } from './accepts.ts';
import { groupOf } from './likeness.ts';
import type { Slot } from './slots.ts';
import { cardTerms } from './terms.ts';
import type { Value, ValueKind } from './values.ts';

/** How well a value suits what an input takes, before the words around it are heard. */
const suits: Readonly<Record<ValueKind, Partial<Record<Accepts, number>>>> = {
	path: { path: 0.75, glob: 0.55, message: 0.32, query: 0.25, text: 0.2 },
	glob: { glob: 0.95, query: 0.4, path: 0.25, text: 0.2 },
	url: { url: 0.95, uri: 0.5, message: 0.32, query: 0.2, text: 0.2 },
	uri: { uri: 0.95, ref: 0.85, url: 0.3, id: 0.3, path: 0.3, text: 0.2 },
	email: { email: 0.95, message: 0.32, name: 0.25, query: 0.3, text: 0.2 },
	phone: { phone: 0.95, message: 0.32, number: 0.1, text: 0.15 },
	date: { date: 0.85, message: 0.32, text: 0.1 },
	amount: { amount: 0.95, currency: 0.9, number: 0.3, text: 0.1 },
	number: { number: 0.6, amount: 0.45, id: 0.3, query: 0.1 },
	code: { command: 0.98, query: 0.7, message: 0.6, text: 0.6, name: 0.4, ref: 0.4, id: 0.4 },
	quoted: {
		query: 0.78,
		message: 0.7,
		title: 0.68,
		command: 0.7,
		name: 0.62,
		text: 0.66,
		glob: 0.3,
		path: 0.35,
		ref: 0.35,
		id: 0.4,
		url: 0.1,
	},
	saying: { message: 0.95, title: 0.35, query: 0.15, text: 0.62 },
	place: { path: 0.5 },
	called: { name: 0.8, title: 0.78, glob: 0.72, query: 0.5, path: 0.4, text: 0.3 },
	name: { name: 0.72, id: 0.25, query: 0.4, title: 0.25, text: 0.2, ref: 0.1 },
};

/** What an input's own word is called by in instructions. */
const calledBy: Readonly<Record<string, string>> = {
	limit: 'first top most max maximum limit',
	max: 'first top most max maximum limit smaller less under below fewer',
	count: 'first top most',
	head: 'first top',
	tail: 'last',
	offset: 'offset skip after',
	timeout: 'timeout within',
	subject: 'subject titled about re',
	title: 'title titled called named headed',
	name: 'named called name',
	since: 'since after from newer',
	after: 'since after from newer',
	from: 'from since by',
	before: 'before until till by older',
	until: 'before until till by older',
	to: 'to for recipient',
	due: 'due by until deadline',
	body: 'body text message',
	message: 'message text',
	text: 'text',
	glob: 'matching named files',
	cwd: 'in inside within under',
	min: 'larger bigger over more least above greater longer',
	query: 'for about matching containing',
	pattern: 'for matching containing',
	cc: 'cc copy',
	bcc: 'bcc',
	depth: 'depth deep levels',
	depthlimit: 'levels',
};

const goals = /^(?:to|into|as|onto|→|到|至|给|向)$/;
const origins = /^(?:from|of|out|从|来自)$/;
const places = /^(?:in|inside|within|under|at|on|在|里)$/;
const goalWords = /^(?:to|destination|dest|target|into|output|outfile|recipients?)$/;
const originWords = /^(?:from|source|src|since|start|sender|input|origin)$/;
const placeWords = /^(?:path|folder|dir|directory|cwd|root|scope|where|within)$/;

/** How well a value suits an input: what it is, and the words that lead to it. Below 0.3 it does not. */
export function affinity(slot: Slot, value: Value, heard: ReadonlySet<string>): number {
	const fits = suits[value.kind];
	const base = Math.max(0, ...slot.accepts.map((accepts, at) => (fits[accepts] ?? 0) - 0.04 * at));
	if (base === 0 || !patternAllows(slot, value)) return 0;
	return (
		(value.doubtful ? 0.6 : 1) * base +
		called(slot, value, heard) +
		direction(slot, value.before) +
		shape(slot, value) +
		bearer(slot, value)
	);
}

/** Whether an input is called by its name, or by what people say for it, just before the value. */
export function isCalled(slot: Slot, value: Value, heard: ReadonlySet<string>): boolean {
	return called(slot, value, heard) > 0.3;
}

function called(slot: Slot, { before, doubtful }: Value, heard: ReadonlySet<string>): number {
	const wanted = wordsFor(slot);
	const near = before.filter((word) => !heard.has(word)).slice(0, doubtful ? 1 : 3);
	for (const [at, word] of near.entries()) {
		if (cardTerms(word).some((stem) => wanted.own.has(stem)) || wanted.said.has(word)) return 0.5 - 0.12 * at;
		if (at < 2 && cardTerms(word).some((stem) => wanted.like.has(stem))) return 0.2 - 0.05 * at;
	}
	return 0;
}

interface SlotWords {
	readonly own: ReadonlySet<string>;
	readonly like: ReadonlySet<string>;
	readonly said: ReadonlySet<string>;
}

const slotWords = new WeakMap<Slot, SlotWords>();

function wordsFor(slot: Slot): SlotWords {
	const known = slotWords.get(slot);
	if (known !== undefined) return known;
	const own = new Set(slot.words.flatMap(cardTerms));
	const like = new Set([...[...own].flatMap(groupOf), ...cardTerms(slot.description)]);
	const said = new Set(slot.words.flatMap((word) => (calledBy[word] ?? '').split(' ')));
	const words = { own, like, said };
	slotWords.set(slot, words);
	return words;
}

function direction(slot: Slot, [nearest = '', next = '']: readonly string[]): number {
	const word = [nearest, next].find((one) => goals.test(one) || origins.test(one) || places.test(one));
	if (word === undefined) return 0;
	const says = (pattern: RegExp) => slot.words.some((one) => pattern.test(one));
	const weight = word === nearest ? 1 : 0.5;
	if (goals.test(word)) return weight * (says(goalWords) ? 0.3 : says(originWords) ? -0.5 : 0);
	if (origins.test(word)) return weight * (says(originWords) ? 0.3 : says(goalWords) ? -0.5 : 0);
	return (
		weight * (says(placeWords) ? 0.25 : slot.accepts.includes('query') || slot.accepts.includes('glob') ? -0.2 : 0)
	);
}

/** What the spelling adds: a lone file name is rather a name to look for than a place to look in. */
function shape({ accepts }: Slot, { kind, text, before }: Value): number {
	if (kind !== 'path') return 0;
	const lone = !/[/\\~]/.test(text) && text !== '.';
	if (accepts[0] === 'glob' || accepts.includes('glob')) return lone ? 0.25 : -0.4;
	const isPlace = places.test(before[0] ?? '');
	return lone && !isPlace ? -0.02 : 0;
}

const organisation =
	/(?:\b(?:ltd|limited|inc|llc|gmbh|ag|corp|corporation|company|co|group|sa|bv|ab|plc|foundation|university|bank)\.?|公司|集团)$/iu;

/** Whose name it is: a company is no person, and who something is for is not what it is called. */
function bearer({ words }: Slot, { kind, text, before }: Value): number {
	if (kind !== 'name') return 0;
	const takesFirm = words.some((word) =>
		/^(?:company|organi[sz]ation|firm|customer|supplier|vendor|account|employer)$/.test(word),
	);
	const takesPerson = words.some((word) =>
		/^(?:person|contact|owner|attendee|user|assignee|author|to|customer|participant|sender|from)$/.test(word),
	);
	const isFirm = organisation.test(text);
	const suited =
		(takesFirm && isFirm) || (takesPerson && !isFirm)
			? 0.12
			: (takesFirm && !takesPerson) || (takesPerson && isFirm)
				? -0.15
				: 0;
	const isFor = /^(?:for|with|about|from|of|at|by|to)$/.test(before[0] ?? '');
	const isOwnName = words.some((word) => word === 'name' || word === 'title') && words.length === 1;
	return suited + (isOwnName && isFor ? -0.3 : 0);
}

function patternAllows(slot: Slot, { text, kind }: Value): boolean {
	return kind === 'number' || kind === 'amount' || kind === 'date' || matchesPattern(slot, text);
}

/** Whether a text has the form an input demands. */
export function matchesPattern({ schema }: Slot, text: string): boolean {
	const items = (schema.items ?? schema) as { readonly pattern?: unknown };
	if (typeof items.pattern !== 'string') return true;
	try {
		return new RegExp(items.pattern, 'u').test(text);
	} catch {
		return true;
	}
}
