/** A bare word that stands for something: a folder, or what something is called. */
export interface BareWord {
	readonly kind: 'place' | 'called';
	readonly start: number;
	readonly end: number;
}

const word = String.raw`[\p{Ll}\p{N}_][\p{L}\p{N}_.-]*`;
const patterns: readonly (readonly [BareWord['kind'], RegExp])[] = [
	[
		'called',
		new RegExp(String.raw`\b(?:named|called|titled)\s+(?!(?:the|a|an|like|by|after)\b)(${word})(?=\s|[,;.]|$)`, 'gu'),
	],
	[
		'place',
		/\b(?:folder|directory|dir)\s+(?!(?:for|of|in|with|and|to|is|called|named|tree)\b)([\p{L}\p{N}_][\p{L}\p{N}_.-]*)(?=\s|[,;.]|$)/gu,
	],
	[
		'place',
		new RegExp(
			String.raw`\b(?:the|my|our)\s+(?!(?:current|working|same|other|whole|mail|parent|this|trash|sent|new|first|root)\b)(${word})\s+(?:folder|directory|dir)\b`,
			'gu',
		),
	],
	['place', new RegExp(String.raw`(${word})\s*(?:目录|文件夹)|(?:目录|文件夹)\s*(${word})`, 'gu')],
	[
		'place',
		new RegExp(
			String.raw`\b(?:in|inside|under|within|below)\s+(?!(?:the|a|an|this|that|these|my|our|its|his|her|all|each|any|it|them|here|detail|order|total|general|full|short|advance|reverse|parallel|case|fact|time|and|or|french|english|chinese|german|plain|red|bold)\b)(${word})(?=\s*(?:$|[,;.?!]|\s(?:for|and|to|with|that|which|by|as|on)\b))`,
			'gu',
		),
	],
];

/** Bare words that only their neighbours make a value, most telling first. */
export function bareWordsIn(text: string): BareWord[] {
	const found: BareWord[] = [];
	for (const [kind, pattern] of patterns) {
		for (const match of text.matchAll(pattern)) {
			const said = match[1] ?? match[2] ?? '';
			const start = match.index + match[0].lastIndexOf(said);
			const span = { kind, start, end: start + said.replace(/[.]+$/, '').length };
			if (!found.some((other) => span.start < other.end && other.start < span.end)) found.push(span);
		}
	}
	return found;
}
