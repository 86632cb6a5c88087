import { existsSync, rmSync } from 'node:fs';
import { Fault } from '@switchboard/kit/fault';
import { type Entry, entryIn, holdsNothing, type Place, withEntry, withoutEntry } from './edit.ts';
import {
	backupOf,
	deleteFile,
	makeFolderOf,
	readTextFile,
	replaceTextFile,
	type TextFile,
	writeBackup,
} from './file.ts';
import { entryFor, entryName, type HostKind } from './hosts.ts';
import type { LaunchCommand } from './launch.ts';
import type { ConnectionRecord } from './record.ts';

export interface Outcome {
	readonly host: string;
	readonly file: string;
	readonly action: 'connected' | 'updated' | 'unchanged' | 'removed' | 'absent';
	/** The file as it was before our first change. */
	readonly backup?: string;
}

/** How often a file is edited anew because its host wrote to it meanwhile. */
const maxTries = 5;

function placeIn({ section }: HostKind): Place {
	return { section, name: entryName };
}

/** Our entry in a host's file, undefined where there is none. */
export function entryInFile(host: HostKind, file: string): unknown {
	return named(file, () => entryOf(readTextFile(file), host));
}

function entryOf(found: TextFile | undefined, host: HostKind): unknown {
	return found === undefined || found.text.trim() === '' ? undefined : entryIn(found.text, placeIn(host));
}

/** Puts our entry into a host's file, and leaves every other byte of it alone. */
export function connectHost(host: HostKind, file: string, launch: LaunchCommand, record: ConnectionRecord): Outcome {
	return edited(host, file, (before) => {
		const place = placeIn(host);
		const old = entryOf(before, host);
		const text = withEntry(before?.text ?? '', place, merged(old, entryFor(host, launch)));
		const madeFolder = before === undefined ? makeFolderOf(file) : undefined;
		record.add({ host: host.name, file, ...(madeFolder !== undefined && { madeFolder }) });
		if (text === before?.text) return { action: 'unchanged' };
		// An entry that is there already is ours of an earlier time, and the backup older than it.
		const isFirst = before !== undefined && (old === undefined || !existsSync(backupOf(file)));
		if (isFirst) writeBackup(file, before);
		if (!replaceTextFile(file, text, before)) return undefined;
		return {
			action: old === undefined ? 'connected' : 'updated',
			...(before !== undefined && { backup: backupOf(file) }),
		};
	});
}

/** Takes our entry out; a file that nobody has touched since is again what it was, to the byte. */
export function disconnectHost(host: HostKind, file: string, record: ConnectionRecord): Outcome {
	return edited(host, file, (before) => {
		const entry = entryOf(before, host);
		const original = readTextFile(backupOf(file));
		if (before !== undefined && entry !== undefined) {
			const text = textWithout(before.text, original?.text, entry as Entry, placeIn(host));
			const isOurs = original === undefined && holdsNothing(text, placeIn(host));
			if (!isOurs && !replaceTextFile(file, text, before)) return undefined;
			if (isOurs) deleteFile(file, record.list().find((one) => one.file === file)?.madeFolder);
		}
		record.take(file);
		rmSync(backupOf(file), { force: true });
		return { action: entry === undefined ? 'absent' : 'removed' };
	});
}

function textWithout(text: string, original: string | undefined, entry: Entry, place: Place): string {
	const hadEntry = original !== undefined && original.trim() !== '' && entryIn(original, place) !== undefined;
	if (original !== undefined && !hadEntry && withEntry(original, place, entry) === text) return original;
	const hadSection = original?.includes(JSON.stringify(place.section));
	return withoutEntry(text, place, hadSection !== true);
}

/** What the owner or the host added to our entry stays; what says how to start us is ours. */
function merged(old: unknown, ours: Entry): Entry {
	if (typeof old !== 'object' || old === null || !('command' in old)) return ours;
	const { SWITCHBOARD_HOME: _, ...kept } = ((old as { env?: unknown }).env ?? {}) as Record<string, unknown>;
	const env = { ...kept, ...(ours.env as Entry | undefined) };
	const { env: __, ...rest } = old as Entry;
	return { ...rest, ...ours, ...(Object.keys(env).length > 0 && { env }) };
}

function edited(
	host: HostKind,
	file: string,
	edit: (before: TextFile | undefined) => Omit<Outcome, 'host' | 'file'> | undefined,
): Outcome {
	for (let tries = 0; tries < maxTries; tries += 1) {
		const outcome = named(file, () => edit(readTextFile(file)));
		if (outcome !== undefined) return { host: host.name, file, ...outcome };
	}
	throw new Fault('conflict', `${file} is written by ${host.title} all the time.`, {
		hint: `Quit ${host.title} and try again.`,
	});
}

/** The edit knows a text; the user must know which file. */
function named<T>(file: string, work: () => T): T {
	try {
		return work();
	} catch (cause) {
		if (!(cause instanceof Fault) || cause.message.includes(file)) throw cause;
		throw new Fault(cause.kind, `${file} was left as it is. ${cause.message}`, {
			hint: cause.hint ?? 'Correct the file, or use --print and edit it by hand.',
			cause,
		});
	}
}
