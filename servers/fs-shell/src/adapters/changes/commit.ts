import type { BigIntStats } from 'node:fs';
import type { Place, Scope } from '../places.ts';
import { signatureOf } from '../regular-file.ts';
import type { Staged } from '../staging.ts';
import { type ChangeTools, changedMeanwhile, keepFile, record, statsOf } from './tools.ts';

/** Puts staged content in the place of a file that must still be what it was when it was opened. */
export async function commitReplacement(
	{ journal: open }: ChangeTools,
	place: Place,
	old: BigIntStats,
	staged: Staged,
	skill: string,
	scope: Scope,
): Promise<string> {
	const journal = open();
	const id = journal.newId();
	try {
		const kept = await keepFile(place, old, journal, id);
		const steps = [{ do: 'restore' as const, path: place.path, kept, now: staged.signature }];
		await record(journal, scope, { id, skill, steps, bytes: Number(old.size) }, async () => {
			const now = statsOf(place);
			if (now === undefined || signatureOf(now) !== signatureOf(old)) throw changedMeanwhile(place.shown);
			await staged.replace(place);
		});
	} catch (error) {
		await staged.discard();
		await journal.drop(id);
		throw error;
	}
	return id;
}
