/** An amount of money as it was written. */
export interface Amount {
	readonly start: number;
	readonly end: number;
	readonly number: number;
	readonly currency: string;
}

export interface CountedNumber {
	readonly start: number;
	readonly end: number;
	readonly number: number;
	readonly unit: string | undefined;
}

const currencies: Readonly<Record<string, string>> = {
	'€': 'EUR',
	$: 'USD',
	'£': 'GBP',
	'¥': 'CNY',
	'₹': 'INR',
	'₩': 'KRW',
	euro: 'EUR',
	euros: 'EUR',
	dollar: 'USD',
	dollars: 'USD',
	pound: 'GBP',
	pounds: 'GBP',
	yen: 'JPY',
	yuan: 'CNY',
	rmb: 'CNY',
	franc: 'CHF',
	francs: 'CHF',
	元: 'CNY',
	块: 'CNY',
	欧元: 'EUR',
	美元: 'USD',
	英镑: 'GBP',
	日元: 'JPY',
};
const codes = new Set(Intl.supportedValuesOf('currency'));
const digits = String.raw`\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d{1,2}|\d+(?:[.,]\d{1,2})?`;
const names = '[Ee]uros?|[Dd]ollars?|[Pp]ounds?|[Yy]en|[Yy]uan|[Ff]rancs?|RMB|欧元|美元|英镑|日元|元|块';
const amountPattern = new RegExp(
	String.raw`(?<![\w.])(?:([€$£¥₹₩]|\b[A-Z]{3})\s?(${digits})|(${digits})\s?([kKmM](?![A-Za-z]))?\s?([€$£¥₹₩]|[A-Z]{3}\b|(?:${names})(?![a-z])))(?:([kKmM])(?![A-Za-z]))?`,
	'gu',
);

/** Amounts with a currency, as 1,200.50 USD, €50, 300 元; three capital letters count only where they are a currency. */
export function amountsIn(text: string): Amount[] {
	return [...text.matchAll(amountPattern)].flatMap((match) => {
		const [whole, before, afterBefore, lone, inner, after, outer] = match;
		const scale = inner ?? outer;
		const mark = (before ?? after ?? '').trim();
		const currency = currencies[mark] ?? currencies[mark.toLowerCase()] ?? (codes.has(mark) ? mark : undefined);
		if (currency === undefined) return [];
		const factor = scale === undefined ? 1 : scale.toLowerCase() === 'k' ? 1_000 : 1_000_000;
		const number = numberOf(afterBefore ?? lone ?? '') * factor;
		return [{ start: match.index, end: match.index + whole.trimEnd().length, number, currency }];
	});
}

/** A number as people write it: the last mark before one or two digits is the decimal one. */
function numberOf(text: string): number {
	const plain = text.replaceAll(/['’ ]/g, '');
	if (/,\d{1,2}$/.test(plain)) return Number(plain.replaceAll('.', '').replace(',', '.'));
	return Number(plain.replaceAll(',', ''));
}

const spelled = [
	'zero',
	'one',
	'two',
	'three',
	'four',
	'five',
	'six',
	'seven',
	'eight',
	'nine',
	'ten',
	'eleven',
	'twelve',
];
const chineseDigits = '零一二三四五六七八九十';
const units =
	'ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|b|bytes?|kb|kib|mb|mib|gb|gib|%|percent|px|lines?|rows?|items?|entries|records|results|characters?|chars?|pages?|times|levels?|files?|messages?|mails?|emails?|毫秒|秒|分钟|小时|天|条|行|个|封|页|次';
const numberPattern = new RegExp(
	String.raw`(?<![\w.#/:-])(-?\d+(?:[.,]\d+)*)\s?(${units})?(?![\w.:/-]*[\w])|\b(${spelled.slice(1).join('|')})\b(?:\s(${units})\b)?|([一二三四五六七八九十两])\s?(毫秒|秒|分钟|小时|天|条|行|个|封|页|次)`,
	'giu',
);

/** Plain numbers with what they count; "three lines" counts too, a lone "one" does not. */
export function numbersIn(text: string): CountedNumber[] {
	return [...text.matchAll(numberPattern)].flatMap((match): CountedNumber[] => {
		const [whole, digital, digitalUnit, word, wordUnit, han, hanUnit] = match;
		const span = { start: match.index, end: match.index + whole.length };
		if (digital !== undefined) return [{ ...span, number: numberOf(digital), unit: digitalUnit?.toLowerCase() }];
		if (word !== undefined) {
			if (word.toLowerCase() === 'one' && wordUnit === undefined) return [];
			return [{ ...span, number: spelled.indexOf(word.toLowerCase()), unit: wordUnit?.toLowerCase() }];
		}
		return [{ ...span, number: han === '两' ? 2 : chineseDigits.indexOf(han ?? ''), unit: hanUnit }];
	});
}

const milliseconds: readonly (readonly [RegExp, number])[] = [
	[/^(?:ms|milliseconds?|毫秒)$/, 1],
	[/^(?:s|secs?|seconds?|秒)$/, 1_000],
	[/^(?:mins?|minutes?|分钟)$/, 60_000],
	[/^(?:h|hrs?|hours?|小时)$/, 3_600_000],
	[/^(?:days?|天)$/, 86_400_000],
	[/^weeks?$/, 604_800_000],
];
const bytes: readonly (readonly [RegExp, number])[] = [
	[/^(?:b|bytes?)$/, 1],
	[/^(?:kb)$/, 1_000],
	[/^(?:kib)$/, 1_024],
	[/^(?:mb)$/, 1_000_000],
	[/^(?:mib)$/, 1_048_576],
	[/^(?:gb)$/, 1_000_000_000],
	[/^(?:gib)$/, 1_073_741_824],
];

/** What a unit measures. */
export function measureOf(unit: string | undefined): 'time' | 'size' | 'count' | undefined {
	if (unit === undefined) return undefined;
	if (milliseconds.some(([pattern]) => pattern.test(unit))) return 'time';
	if (bytes.some(([pattern]) => pattern.test(unit))) return 'size';
	return 'count';
}

/** The number in the unit that an input says it takes; seconds or bytes where it says nothing of its own. */
export function converted(number: number, unit: string, wanted: string): number {
	const said = wanted.toLowerCase();
	const table = measureOf(unit) === 'time' ? milliseconds : bytes;
	const from = table.find(([pattern]) => pattern.test(unit))?.[1] ?? 1;
	if (table === bytes) return number * from;
	const to = /\bms\b|millisecond|毫秒/.test(said)
		? 1
		: /\bminutes?\b/.test(said)
			? 60_000
			: /\bhours?\b/.test(said)
				? 3_600_000
				: /\bdays?\b/.test(said)
					? 86_400_000
					: 1_000;
	return (number * from) / to;
}
