import { Fault } from '@switchboard/kit';
import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';

export type Matches = (path: string) => boolean;

/** A test for paths relative to a folder. A pattern without `/` is for the name alone, wherever it is. */
export function globMatcher(pattern: string): Matches {
	try {
		const isForName = !pattern.includes('/');
		const matches = picomatch(pattern.replace(/^\.\//, ''), { dot: true, basename: isForName, maxLength: 1000 });
		return (path) => matches(path);
	} catch (cause) {
		throw new Fault('invalid_input', 'glob: is not a pattern such as *.ts or src/**/*.{js,ts}.', { cause });
	}
}

/** The rules of the ignore files met on a walk; deeper ones have the last word, as with git. */
export interface IgnoreRules {
	add(folder: string, rules: string): void;
	ignores(path: string, isFolder: boolean): boolean;
}

export function createIgnoreRules(): IgnoreRules {
	const rules = new Map<string, Ignore>();
	return {
		add(folder, text) {
			rules.set(folder, ignore().add(text));
		},
		ignores(path, isFolder) {
			for (let cut = path.lastIndexOf('/'); ; cut = path.lastIndexOf('/', cut - 1)) {
				const inner = path.slice(cut + 1);
				const verdict = rules.get(cut === -1 ? '' : path.slice(0, cut))?.test(isFolder ? `${inner}/` : inner);
				if (verdict?.ignored) return true;
				if (verdict?.unignored || cut === -1) return false;
			}
		},
	};
}
