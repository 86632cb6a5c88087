import { dirname, join, relative, sep } from 'node:path';
import { rootOf } from '../territory.ts';
import { createIgnoreRules } from './globs.ts';
import type { Place, Places, Scope } from './places.ts';
import { openRegular } from './regular-file.ts';

/** Most bytes of one ignore file that are obeyed. */
const sizeLimit = 256 * 1024;

/** What the ignore files between the root and a walk's folders say of the paths met on the walk. */
export interface IgnoreFiles {
	/** Reads a folder's own ignore files, before its entries are asked about. */
	enter(path: string, at: string): Promise<void>;
	ignores(path: string, isFolder: boolean): boolean;
}

export async function createIgnoreFiles(start: Place, places: Places, scope: Scope): Promise<IgnoreFiles> {
	const rules = createIgnoreRules();
	const root = rootOf(start.path, start.territory) ?? start.path;
	const prefix = relative(root, start.path).split(sep).join('/');
	const inRoot = (path: string): string => [prefix, path].filter(Boolean).join('/');

	async function read(folder: string, at: string): Promise<void> {
		const texts: string[] = [];
		for (const name of ['.gitignore', '.ignore']) {
			// One that is not there, or not a plain file, says nothing.
			await using file = await openRegular({ at: `${at}/${name}`, shown: name }).catch(() => undefined);
			if (file !== undefined && file.stats.size <= sizeLimit) texts.push(await file.handle.readFile('utf8'));
		}
		if (texts.length > 0) rules.add(folder, texts.join('\n'));
	}

	for (let folder = prefix; folder !== ''; ) {
		folder = dirname(folder) === '.' ? '' : dirname(folder);
		using above = await places.pin(join(root, folder), 'see', scope);
		await read(folder, above.at);
	}
	return {
		enter: (path, at) => read(inRoot(path), at),
		ignores: (path, isFolder) => rules.ignores(inRoot(path), isFolder),
	};
}
