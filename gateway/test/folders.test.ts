import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '../src/journal/store.ts';
import { createFolders } from '../src/session/folders.ts';

let home: string;
let store: Store;
beforeEach(() => {
	home = realpathSync(mkdtempSync(join(tmpdir(), 'switchboard-folders-')));
	store = openStore(home);
});
afterEach(() => {
	store.close();
	rmSync(home, { recursive: true, force: true });
});

function groundOf(folder: string, isTrusted = true) {
	const session = { id: 's', principal: 'owner', host: 'test', folder, createdAt: '', lastUsedAt: '' };
	return createFolders(store, [], () => isTrusted).groundOf(session, { name: 'test', patience: 0 });
}

it.each(['/', homedir(), dirname(homedir()), '/etc', '/usr/lib'])('nobody means all of %s', async (folder) => {
	expect(await groundOf(folder)).toEqual({ roots: [], wishes: [] });
});

it('a granted folder is no other that its name leads to later', async () => {
	const [work, secret] = [join(home, 'work'), join(home, 'secret')];
	mkdirSync(work);
	mkdirSync(secret);
	createFolders(store, [], () => false).grant(work, 'test');
	expect(await groundOf(work, false)).toEqual({ roots: [work], wishes: [] });
	rmSync(work, { recursive: true });
	expect(await groundOf(work, false)).toEqual({ roots: [], wishes: [] });
	symlinkSync(secret, work);
	expect(await groundOf(work, false)).toEqual({ roots: [], wishes: [secret] });
});
