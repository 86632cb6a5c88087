import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A host's file that holds our entry, kept so that `uninstall` finds all of them. */
const Connected = z.object({
	host: z.string(),
	file: z.string(),
	/** The topmost folder that was made for it. */
	madeFolder: z.string().optional(),
});
export type Connected = z.infer<typeof Connected>;

export interface ConnectionRecord {
	list(): readonly Connected[];
	add(connected: Connected): void;
	/** Forgets the file, and answers what was known of it. */
	take(file: string): Connected | undefined;
}

export function createConnectionRecord(home: string): ConnectionRecord {
	const path = join(home, 'connections.json');

	function list(): Connected[] {
		try {
			return z.array(Connected).parse(JSON.parse(readFileSync(path, 'utf8')));
		} catch {
			// Lost or spoilt, it only means that files in unusual places are not found by themselves.
			return [];
		}
	}

	function write(all: readonly Connected[]): void {
		if (all.length === 0) {
			rmSync(path, { force: true });
			return;
		}
		if (!existsSync(home)) mkdirSync(home, { recursive: true, mode: 0o700 });
		writeFileSync(`${path}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
		renameSync(`${path}.new`, path);
	}

	return {
		list,
		add(connected) {
			const others = list().filter(({ file }) => file !== connected.file);
			const known = list().find(({ file }) => file === connected.file);
			write([...others, { ...known, ...connected }]);
		},
		take(file) {
			const all = list();
			write(all.filter((one) => one.file !== file));
			return all.find((one) => one.file === file);
		},
	};
}
