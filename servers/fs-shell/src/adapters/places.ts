import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Fault } from '@switchboard/kit';
import { type Purpose, refusalOf, rootOf, type Territory } from '../territory.ts';
import { visible } from '../visible.ts';
import { onPath } from './errno.ts';
import { type HeldFolder, holdFolder } from './held-folder.ts';
import { type Resolved, resolvePath } from './real-path.ts';
import type { Territories } from './territories.ts';

/** For whom a place is looked up. A Call is one. */
export interface Scope {
	readonly roots: readonly string[];
	readonly principal: string;
	readonly session: string;
	readonly signal: AbortSignal;
}

/** A name in a folder that is held open, both judged: nothing that moves meanwhile leads elsewhere. */
export interface Place extends Disposable {
	/** The real path, which is inside a root. */
	readonly path: string;
	/** How the caller named it. */
	readonly shown: string;
	readonly folder: HeldFolder;
	/** The way there through the held folder. */
	readonly at: string;
	readonly territory: Territory;
	/** Whether this is a root itself, which can be looked into and nothing else. */
	readonly isRoot: boolean;
}

export interface PinOptions {
	/** Whether a link at the end is followed (default) or meant itself. */
	readonly follow?: boolean;
	/** Whether the last name may not be there yet. */
	readonly mayBeMissing?: boolean;
}

export interface PinnedPlaces extends Disposable {
	readonly places: readonly Place[];
}

export interface Places {
	territory(scope: Scope): Promise<Territory>;
	pin(path: string, purpose: Purpose, scope: Scope, options?: PinOptions): Promise<Place>;
	/** Several at once, all let go together. */
	pinAll(paths: readonly string[], purpose: Purpose, scope: Scope, options?: PinOptions): Promise<PinnedPlaces>;
	/** The held folder nearest to a path, and the names below it that are not there yet. */
	pinNearest(path: string, scope: Scope): Promise<Place & { readonly missing: readonly string[] }>;
}

/** Turns the paths that callers write into places that may be used. */
export function createPlaces(territories: Territories): Places {
	const territory = (scope: Scope) => territories(scope.roots);

	async function pin(path: string, purpose: Purpose, scope: Scope, options: PinOptions = {}): Promise<Place> {
		const { follow = true, mayBeMissing = false } = options;
		const lands = await territory(scope);
		const shown = visible(path);
		return await onPath(shown, async () => {
			const resolved = await resolvePath(absolute(path, lands), follow);
			const { missing } = resolved;
			const target = judged(resolved, purpose, lands, shown);
			if (missing.length > (mayBeMissing ? 1 : 0)) throw notThere(shown, missing.length > 1);
			return hold(target, purpose, lands, shown);
		});
	}

	return {
		territory,
		pin,
		pinAll: (paths, purpose, scope, options) => pinEach(paths, (path) => pin(path, purpose, scope, options)),
		async pinNearest(path, scope) {
			const lands = await territory(scope);
			const shown = visible(path);
			return await onPath(shown, async () => {
				const resolved = await resolvePath(absolute(path, lands), true);
				judged(resolved, 'write', lands, shown);
				const { missing } = resolved;
				const place = hold(resolved.real, 'see', lands, shown);
				const refusal = refusalOf(join(place.path, ...missing), 'write', lands, shown);
				if (refusal === undefined) return { ...place, missing };
				place[Symbol.dispose]();
				throw refusal;
			});
		},
	};
}

async function pinEach(paths: readonly string[], pin: (path: string) => Promise<Place>): Promise<PinnedPlaces> {
	const places: Place[] = [];
	try {
		for (const path of paths) places.push(await pin(path));
	} catch (error) {
		letGo(places);
		throw error;
	}
	return { places, [Symbol.dispose]: () => letGo(places) };
}

function letGo(places: readonly Place[]): void {
	for (const place of places) place[Symbol.dispose]();
}

/** The real path, where it may be used. */
function judged(
	{ real, missing, isDangling }: Resolved,
	purpose: Purpose,
	territory: Territory,
	shown: string,
): string {
	const target = join(real, ...missing);
	const refusal = refusalOf(target, purpose, territory, shown);
	if (refusal !== undefined) throw refusal;
	// Writing through it would create a file of the link's choosing.
	if (isDangling) throw new Fault('denied', `${shown} goes through a link to something that is not there.`);
	return target;
}

/** Opens the folder of a judged path and judges again by where the opened folder really is. */
function hold(target: string, purpose: Purpose, territory: Territory, shown: string): Place {
	const isRoot = rootOf(target, territory) === target;
	const folder = holdFolder(isRoot ? target : dirname(target));
	const name = isRoot ? '.' : basename(target);
	const path = isRoot ? folder.path : join(folder.path, name);
	const refusal = refusalOf(path, purpose, territory, shown);
	if (refusal !== undefined) {
		folder.close();
		throw refusal;
	}
	return {
		path,
		shown,
		folder,
		get at() {
			return folder.to(name);
		},
		territory,
		isRoot,
		[Symbol.dispose]: () => folder.close(),
	};
}

/** Nothing is decoded or expanded but `~` alone: what looks like an escape is a name. */
function absolute(path: string, { roots }: Territory): string {
	if (path.includes('\0')) throw new Fault('invalid_input', 'path: holds a NUL character.');
	if (path.length > 4096) throw new Fault('invalid_input', 'path: is longer than 4096 characters.');
	if (process.platform === 'win32' && /^[\\/]{2}/.test(path)) {
		throw new Fault('denied', 'path: network and device paths are not used.');
	}
	if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
	return isAbsolute(path) ? path : `${roots[0]}/${path}`;
}

function notThere(shown: string, noFolder: boolean): Fault {
	return noFolder
		? new Fault('not_found', `The folder of ${shown} is not there.`, { hint: 'fs_mkdir makes it.' })
		: new Fault('not_found', `${shown} is not there.`, { hint: 'fs_find and fs_list show what is.' });
}
