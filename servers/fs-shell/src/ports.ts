import type { Changes } from './adapters/changes/changes.ts';
import type { Machine } from './adapters/machine.ts';
import type { Scope } from './adapters/places.ts';
import type { Reader } from './adapters/reader.ts';
import type { Scripts } from './adapters/scripts.ts';
import type { SearchAnswer, SearchRequest } from './adapters/search/search.ts';
import type { Shell } from './adapters/shell/shell.ts';
import type { SurveyAnswer, SurveyRequest } from './adapters/survey.ts';

/** Looking at files, changing nothing. */
export interface Files extends Reader {
	survey(request: SurveyRequest, scope: Scope): Promise<SurveyAnswer>;
	search(request: SearchRequest, scope: Scope): Promise<SearchAnswer>;
	/** The real path of what a caller named, which must be there. */
	locate(path: string, scope: Scope): Promise<string>;
}

/** Everything a Skill of this Agent may touch. */
export interface FsShellPorts {
	readonly files: Files;
	readonly changes: Changes;
	readonly shell: Shell;
	readonly scripts: Scripts;
	readonly machine: Machine;
}
