import { type Address, isOwn, keyOf } from './address.ts';

export interface Sighting {
	readonly who: Address;
	readonly date: string;
	/** The owner wrote to them. */
	readonly written: boolean;
}

export interface Candidate {
	readonly name: string;
	readonly address: string;
	readonly lastContact: string;
	readonly messages: number;
	readonly score: number;
}

/** The people in message headers that a name may mean, likeliest first. */
export function candidatesFor(wanted: string, sightings: readonly Sighting[], own: readonly string[]): Candidate[] {
	const words = wordsOf(wanted);
	const people = new Map<
		string,
		{ name: string; address: string; lastContact: string; messages: number; written: boolean }
	>();
	for (const { who, date, written } of sightings) {
		if (isOwn(who.address, own)) continue;
		const key = keyOf(who.address);
		const known = people.get(key) ?? { name: '', address: who.address, lastContact: '', messages: 0, written: false };
		const isLater = date > known.lastContact;
		people.set(key, {
			address: known.address,
			name: who.name !== '' && (isLater || known.name === '') ? who.name : known.name,
			lastContact: isLater ? date : known.lastContact,
			messages: known.messages + 1,
			written: known.written || written,
		});
	}
	return [...people.values()]
		.map(({ written, ...person }) => ({ ...person, score: scoreOf(words, person, written) }))
		.filter(({ score }) => score > 0)
		.toSorted((a, b) => b.score - a.score || b.lastContact.localeCompare(a.lastContact));
}

/** Whether it takes a human to say which one is meant. */
export function isAmbiguous(candidates: readonly Candidate[]): boolean {
	const [first, second] = candidates;
	return first !== undefined && second !== undefined && first.score - second.score < 0.15;
}

function scoreOf(
	words: readonly string[],
	person: { name: string; address: string; messages: number },
	written: boolean,
): number {
	const name = wordsOf(person.name);
	const local = wordsOf(person.address.slice(0, person.address.lastIndexOf('@')));
	const parts = words.map((word) => Math.max(matchIn(name, word), 0.8 * matchIn(local, word)));
	if (keyOf(person.address) === words.join(' ')) return 1;
	if (parts.length === 0 || parts.some((part) => part === 0)) return 0;
	const match = parts.reduce((sum, part) => sum + part, 0) / parts.length;
	// Someone the owner writes to is likelier meant than one who only writes to the owner.
	const habit = (written ? 0.15 : 0) + Math.min(person.messages, 10) / 200;
	return Math.round(Math.min(1, match * 0.8 + habit) * 100) / 100;
}

function matchIn(words: readonly string[], wanted: string): number {
	if (words.includes(wanted)) return 1;
	if (words.some((word) => word.startsWith(wanted))) return 0.7;
	return words.some((word) => word.includes(wanted)) ? 0.4 : 0;
}

function wordsOf(text: string): string[] {
	const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
	return text.includes('@') ? [plain.trim()] : plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
