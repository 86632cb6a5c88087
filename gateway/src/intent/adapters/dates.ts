import { casual as american, GB as british, type ParsedResult } from 'chrono-node/en';
import { casual as chinese } from 'chrono-node/zh/hans';

/** A date said in words. A weekday or a day without a year means another one looking back than looking ahead. */
export interface SaidDate {
	readonly start: number;
	readonly end: number;
	readonly past: Date;
	readonly future: Date;
	/** A time of day was said, not only a day. */
	readonly timed: boolean;
	/** The end of a span, where one was said. */
	readonly until: Date | undefined;
}

/** Lone words that are far more often a verb or a name than a day. */
const doubtful = /^(?:sun|sat|wed|mar|may|march|now|at \d+)$/;
/** 3/4/2026 is a day in March to some and in April to others. */
const ambiguous = /^(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|1[0-2])(?:\/|$)/;

/** The dates in a text, in the time zone of this machine, as seen from `now`. */
export function datesIn(text: string, now: Date): SaidDate[] {
	const plain = text.replaceAll(/\bfrom\b/gi, '    ');
	const english = /\d\.\d{1,2}\.\d/.test(plain) ? british : american;
	const found = [...(/\p{Script=Han}/u.test(plain) ? chinese.parse(plain, now) : []), ...english.parse(plain, now)];
	const dates: SaidDate[] = [];
	for (const result of found) {
		const [start, end] = [result.index, result.index + result.text.length];
		if (
			doubtful.test(result.text) ||
			ambiguous.test(result.text) ||
			dates.some((other) => start < other.end && other.start < end)
		)
			continue;
		const at = result.start.date();
		dates.push({
			start,
			end,
			past: turned(at, result, now, -1),
			future: turned(at, result, now, 1),
			timed: result.start.isCertain('hour'),
			until: result.end?.date(),
		});
	}
	return dates;
}

/** The same weekday or day of the year on the wanted side of now; a date said in full stays. */
function turned(at: Date, { start }: ParsedResult, now: Date, side: -1 | 1): Date {
	const wrong = side < 0 ? at > now : at < now;
	if (!wrong || start.isCertain('year') || at.toDateString() === now.toDateString()) return at;
	const moved = new Date(at);
	if (start.isCertain('weekday') && !start.isCertain('day')) moved.setDate(at.getDate() + 7 * side);
	else if (start.isCertain('month') && !isRelative(start)) moved.setFullYear(at.getFullYear() + side);
	return moved;
}

/** "yesterday" and "in ten minutes" are certain in every part that matters. */
function isRelative(start: ParsedResult['start']): boolean {
	return [...start.tags()].some(
		(tag) => tag.includes('Casual') || tag.includes('relative') || tag.includes('TimeUnit'),
	);
}

/** A day as `YYYY-MM-DD`, or a moment as ISO 8601 with this machine's offset. */
export function written(at: Date, form: 'date' | 'date-time'): string {
	const two = (number: number) => String(number).padStart(2, '0');
	const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
	if (form === 'date') return day;
	const offset = -at.getTimezoneOffset();
	const zone =
		offset === 0
			? 'Z'
			: `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
	return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${zone}`;
}
