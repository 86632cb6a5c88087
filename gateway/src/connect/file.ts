import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault } from '@switchboard/kit/fault';

/** A text file as it lies on the disk; the mark at its beginning is kept apart. */
export interface TextFile {
	readonly bytes: Buffer;
	readonly text: string;
	readonly bom: string;
}

const bom = '\ufeff';

/** The file's text, undefined where there is none; refuses what is not UTF-8, since writing it back would change it. */
export function readTextFile(file: string): TextFile | undefined {
	const bytes = existing(file);
	if (bytes === undefined) return undefined;
	try {
		const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
		return whole.startsWith(bom) ? { bytes, text: whole.slice(1), bom } : { bytes, text: whole, bom: '' };
	} catch (cause) {
		throw new Fault('unsupported', `${file} is not UTF-8 text.`, { hint: 'Save it as UTF-8 and try again.', cause });
	}
}

/** Puts `text` in the file's place at once, through symbolic links, keeping mode and owner. False where the file has changed since `before`. */
export function replaceTextFile(file: string, text: string, before: TextFile | undefined): boolean {
	return translated(file, () => {
		const target = linkTarget(file);
		const stat = fs.statSync(target, { throwIfNoEntry: false });
		const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
		try {
			writeDurably(temporary, `${before?.bom ?? ''}${text}`, stat);
			const now = existing(file);
			const unchanged = before === undefined ? now === undefined : now?.equals(before.bytes) === true;
			if (unchanged) fs.renameSync(temporary, target);
			return unchanged;
		} finally {
			fs.rmSync(temporary, { force: true });
		}
	});
}

/** Makes the file's folder; answers the topmost one that had to be made. */
export function makeFolderOf(file: string): string | undefined {
	return translated(file, () => fs.mkdirSync(dirname(linkTarget(file)), { recursive: true }));
}

/** Deletes a file we made, and the folders made for it as far as they are empty. */
export function deleteFile(file: string, madeFolder?: string): void {
	const target = linkTarget(file);
	translated(file, () => fs.rmSync(target, { force: true }));
	if (madeFolder === undefined) return;
	for (let folder = dirname(target); folder.startsWith(madeFolder); folder = dirname(folder)) {
		try {
			fs.rmdirSync(folder);
		} catch {
			return;
		}
	}
}

/** Where the file as it was is kept. */
export function backupOf(file: string): string {
	return `${file}.switchboard-backup`;
}

export function writeBackup(file: string, { bytes }: TextFile): void {
	translated(file, () => fs.writeFileSync(backupOf(file), bytes, { mode: fs.statSync(file).mode & 0o777 }));
}

function existing(file: string): Buffer | undefined {
	return translated(file, () => (fs.existsSync(file) ? fs.readFileSync(file) : undefined));
}

/** The file behind symbolic links, also when it does not exist yet. */
function linkTarget(file: string): string {
	let target = file;
	for (let hop = 0; hop < 32; hop += 1) {
		if (fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
		target = resolve(dirname(target), fs.readlinkSync(target));
	}
	throw new Fault('unsupported', `${file} is a symbolic link that leads in a circle.`);
}

function writeDurably(file: string, text: string, like: fs.Stats | undefined): void {
	const handle = fs.openSync(file, 'wx', 0o666);
	try {
		fs.writeFileSync(handle, text);
		if (like !== undefined) {
			fs.fchmodSync(handle, like.mode & 0o7777);
			giveTo(handle, like);
		}
		fs.fsyncSync(handle);
	} finally {
		fs.closeSync(handle);
	}
}

/** Run by root, the file stays its owner's; anybody else may not give files away. */
function giveTo(handle: number, { uid, gid }: fs.Stats): void {
	const { uid: ours, gid: oursToo } = fs.fstatSync(handle);
	if ((uid !== ours || gid !== oursToo) && process.getuid?.() === 0) fs.fchownSync(handle, uid, gid);
}

function translated<T>(file: string, work: () => T): T {
	try {
		return work();
	} catch (cause) {
		if (cause instanceof Fault) throw cause;
		const { code } = cause as NodeJS.ErrnoException;
		throw new Fault('unavailable', `${file} cannot be read or written (${code ?? 'unknown error'}).`, {
			hint:
				code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
					? 'Its owner must allow it.'
					: 'Look at what stands in its place.',
			retryable: false,
			cause,
		});
	}
}
