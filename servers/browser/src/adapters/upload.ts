import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit';
import type { UploadFile } from '../ports.ts';
import { type Acting, click } from './act.ts';

/** How long a click may take to ask for files. */
const chooserMs = 3_000;

/** Puts files into a file input, or into the one that clicking the element opens. */
export async function upload(ref: string, files: readonly UploadFile[], acting: Acting): Promise<void> {
	const { tab, locator } = acting;
	const { world } = await locator.place(ref);
	const found = await world.call('describe', ref);
	if (found === undefined) throw await locator.gone(ref);
	if (found.files === 'one' && files.length > 1) throw tooMany(ref);
	const paths = await Promise.all(files.map((file) => underItsName(file, acting.folder)));
	if (found.files === 'none') return await throughChooser(ref, paths, acting);
	const objectId = await world.fileInput(ref);
	if (objectId === undefined) throw await locator.gone(ref);
	await tab.bounded(world.session.send('DOM.setFileInputFiles', { files: paths, objectId }));
}

async function throughChooser(ref: string, paths: string[], acting: Acting): Promise<void> {
	const { page } = acting.tab;
	const asking = page.waitForEvent('filechooser', { timeout: chooserMs }).catch(() => undefined);
	await click(ref, 1, acting);
	const chooser = await asking;
	if (chooser === undefined) {
		throw new Fault('invalid_input', `${ref} is no file input, and clicking it asked for no file.`, {
			hint: 'Choose the element that takes the file.',
		});
	}
	if (paths.length > 1 && !chooser.isMultiple()) throw tooMany(ref);
	await acting.tab.bounded(chooser.setFiles(paths));
}

function tooMany(ref: string): Fault {
	return new Fault('invalid_input', `${ref} takes one file.`);
}

/** A page sees a file's name, which its content-addressed path does not have. */
async function underItsName({ path, name }: UploadFile, folder: string): Promise<string> {
	const uploads = join(folder, 'uploads');
	await mkdir(uploads, { recursive: true });
	const named = join(await mkdtemp(join(uploads, 'file-')), name);
	await copyFile(path, named, constants.COPYFILE_FICLONE);
	return named;
}
