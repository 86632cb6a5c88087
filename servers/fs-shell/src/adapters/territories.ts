import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '@switchboard/kit';
import type { Territory } from '../territory.ts';

export interface TerritorySettings {
	/** Folders given on the command line or in the config. */
	readonly roots: readonly string[];
	readonly isReadOnly: boolean;
	readonly mayReadSecrets: boolean;
	/** Folders nobody may see: the Agent's state, the Gateway's home. */
	readonly hidden: readonly string[];
	readonly guarded: readonly string[];
}

/** Says where a Call may go: the folders of its Session, else those the Agent was started with. */
export type Territories = (sessionRoots: readonly string[]) => Promise<Territory>;

export function createTerritories(settings: TerritorySettings): Territories {
	const { isReadOnly, mayReadSecrets } = settings;
	const own = settings.roots.map(fromHome);
	return async (sessionRoots) => {
		const wanted = sessionRoots.length > 0 ? sessionRoots : own;
		if (wanted.length === 0) {
			throw new Fault('denied', 'No folder was given to work in.', {
				hint: 'Name one where the server is started (switchboard-fs-shell ./folder), or open one in the host.',
			});
		}
		const found = await Promise.all(wanted.map((root) => realpath(root).catch(() => undefined)));
		const roots = found.filter((root) => root !== undefined);
		if (roots.length === 0) {
			throw new Fault('not_found', 'The folder given to work in is not there.', {
				hint: 'Make it, or name another where the server is started.',
			});
		}
		// Looked up each time: a hidden folder may not have been there before.
		const hidden = settings.hidden.map(realOrAsIs);
		return {
			roots: [...new Set(roots)],
			isReadOnly,
			mayReadSecrets,
			hidden,
			guarded: settings.guarded.map(realOrAsIs),
		};
	};
}

/** `~` and `~/…` as the owner's home, anything else against the folder the Agent was started in. */
export function fromHome(path: string): string {
	return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path);
}

function realOrAsIs(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return resolve(path);
	}
}
