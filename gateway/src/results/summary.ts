import type { CallOutcome, Entry } from '../gateway.ts';
import { oneLine } from './excerpt.ts';
import { plainText } from './plain-text.ts';

const limit = 200;

/** What came of a Call in one line of our own words; what outsiders wrote is counted, not repeated. */
export function summaryOf({ card, name }: Entry, { status, fault, result, artifacts }: CallOutcome): string {
	if (fault !== undefined)
		return oneLine([fault.message, fault.hint].filter((part) => part !== undefined).join(' '), 2 * limit);
	if (status === 'cancelled') return `${card.title}: cancelled.`;
	const made =
		artifacts.length === 0
			? []
			: [
					artifacts.length === 1
						? `made ${oneLine(artifacts[0]?.name ?? 'a file', 60)}`
						: `made ${artifacts.length} files`,
				];
	const text = plainText(result);
	if (card.source === 'outside') {
		const parts = [
			...countsOf(result.structuredContent),
			...made,
			...(text === '' ? [] : [`${text.length.toLocaleString('en')} characters of text from outside`]),
		];
		return `${card.title}: ${parts.length === 0 ? 'done' : parts.join(', ')}.`;
	}
	if (isShort(text)) return [`${card.title}: ${oneLine(text, limit)}`, ...made].join(', ');
	const parts = [...countsOf(result.structuredContent), ...made];
	if (parts.length === 0 && text !== '') parts.push(sizeOf(text));
	return parts.length > 0 ? `${card.title}: ${parts.join(', ')}.` : `${card.title}: done (${name}).`;
}

/** Said whole in a summary; of more than that, how much it is. */
function isShort(text: string): boolean {
	const lines = text.trim().split('\n').length;
	return text.trim() !== '' && text.length <= limit && lines <= 3 && !/^\s*[[{]/.test(text);
}

function sizeOf(text: string): string {
	const lines = text.trimEnd().split('\n').length;
	return lines > 1 ? `${lines.toLocaleString('en')} lines` : `${text.length.toLocaleString('en')} characters`;
}

/** How many of what came back: `3 paths, 12 matches`. */
function countsOf(structured: Readonly<Record<string, unknown>> | undefined): string[] {
	return Object.entries(structured ?? {})
		.flatMap(([key, value]) => (Array.isArray(value) ? [`${value.length} ${counted(key, value.length)}`] : []))
		.slice(0, 3);
}

function counted(key: string, count: number): string {
	const words = key.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
	return count === 1
		? words
				.replace(/ies$/, 'y')
				.replace(/(?<=ch|sh|x)es$/, '')
				.replace(/s$/, '')
		: words;
}
