import type { BigIntStats } from 'node:fs';
import { Fault } from '@switchboard/kit';
import { isInside } from '../../territory.ts';
import type { Place } from '../places.ts';
import { type ChangeTools, keepFile, statsOf } from './tools.ts';
import { refuseReadOnly } from './write.ts';

/** Where something is to go: free, or held by a file that is kept for undoing. */
export interface Room {
	/** What was there, kept under this name. */
	readonly kept?: string;
	readonly bytes: number;
}

export interface Wanted {
	readonly from: Place;
	readonly to: Place;
	readonly overwrite: boolean;
	/** Of the change that is being made. */
	readonly id: string;
}

/** Makes sure that a move or copy may go where it is to go, and keeps the file it would write over. */
export async function makeRoom({ journal }: ChangeTools, moved: BigIntStats, wanted: Wanted): Promise<Room> {
	const { from, to, overwrite, id } = wanted;
	if (isInside(to.path, from.path)) {
		throw new Fault('invalid_input', `${to.shown} is ${from.shown} itself, or inside it.`, {
			hint: 'Choose another place.',
		});
	}
	const there = statsOf(to);
	if (there === undefined) return { bytes: 0 };
	if (there.isDirectory() || to.isRoot) {
		throw new Fault('conflict', `${to.shown} is a folder that is already there.`, {
			hint: 'Give the whole new path, its last name included.',
		});
	}
	if (!overwrite || moved.isDirectory()) {
		throw new Fault('conflict', `${to.shown} is already there.`, {
			hint: 'overwrite: true replaces a file by a file, and can be undone.',
		});
	}
	refuseReadOnly(to, there);
	return { kept: await keepFile(to, there, journal(), id), bytes: Number(there.size) };
}
