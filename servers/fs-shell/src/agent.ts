import { defineAgent } from '@switchboard/kit';
import { createPorts } from './adapters/create-ports.ts';
import { FsShellConfig } from './config.ts';
import type { FsShellPorts } from './ports.ts';
import { fsCopy } from './skills/fs-copy.ts';
import { fsEdit } from './skills/fs-edit.ts';
import { fsFind } from './skills/fs-find.ts';
import { fsList } from './skills/fs-list.ts';
import { fsMkdir } from './skills/fs-mkdir.ts';
import { fsMove } from './skills/fs-move.ts';
import { fsRead } from './skills/fs-read.ts';
import { fsRemove } from './skills/fs-remove.ts';
import { fsRoots } from './skills/fs-roots.ts';
import { fsSearch } from './skills/fs-search.ts';
import { fsStat } from './skills/fs-stat.ts';
import { fsUndo } from './skills/fs-undo.ts';
import { fsWrite } from './skills/fs-write.ts';
import { scriptSkill } from './skills/script.ts';
import { shellRun } from './skills/shell-run.ts';
import { systemInfo } from './skills/system-info.ts';

export const fsShell = defineAgent({
	name: 'fs-shell',
	title: 'Files and shell',
	description:
		"Works in the folders it was given: finds, reads, writes, edits and moves files with undo, runs commands in a sandbox where there is one, and offers the owner's scripts as tools of their own. Nothing outside those folders is reached.",
	version: '0.1.0',
	config: FsShellConfig,
	usage: {
		positionals: 'roots',
		example: '~/Documents ./project',
		flags: {
			readOnly: 'nothing in the folders may be changed',
			readSecrets: 'files such as .env and .ssh may be read',
			scripts: 'folder of scripts that become Skills',
			sandbox: 'auto, require (no command without one) or off',
			network: 'commands in the sandbox reach the network',
			readable: 'further path that commands in the sandbox may read; repeat for more',
			env: 'variable of this server that commands get; repeat for more',
			undoDays: 'how long a change can be undone (14)',
			undoMegabytes: 'how much is kept for that (2048)',
		},
	},
	allow: ['read', 'write'],
	ports: (context): FsShellPorts => createPorts(context),
	skills: [
		fsRoots,
		fsList,
		fsFind,
		fsSearch,
		fsRead,
		fsStat,
		fsWrite,
		fsEdit,
		fsMove,
		fsCopy,
		fsMkdir,
		fsRemove,
		fsUndo,
		shellRun,
		systemInfo,
	],
	async discover({ scripts }: FsShellPorts) {
		return (await scripts.list()).scripts.map(scriptSkill);
	},
});
