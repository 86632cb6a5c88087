import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

const mostRoots = 50;

/** The folders among a host's roots; what is no local folder is left out. */
export function foldersOf(roots: readonly { readonly uri: string }[]): readonly string[] {
	return roots.slice(0, mostRoots).flatMap(({ uri }) => {
		try {
			const folder = fileURLToPath(uri);
			return isAbsolute(folder) ? [folder] : [];
		} catch {
			return [];
		}
	});
}
