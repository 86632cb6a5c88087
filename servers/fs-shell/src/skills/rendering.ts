import { visible } from '../visible.ts';
import type { Entry } from './shapes.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size as people say it. */
export function sizeText(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit += 1;
	}
	return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** One entry a line: what it is, how large, when changed, where. */
export function entryLines(entries: readonly Entry[]): string {
	return entries
		.map(({ path, type, size, modified, target }) => {
			const kind = type === 'file' ? sizeText(size) : type;
			return `${kind.padStart(8)}  ${modified.slice(0, 16)}  ${visible(path)}${target === undefined ? '' : ` -> ${visible(target)}`}`;
		})
		.join('\n');
}

/** Lines of an answer, those that do not apply left out. */
export function lines(...parts: readonly (string | false | undefined)[]): string {
	return parts.filter((part) => part !== false && part !== undefined).join('\n');
}
