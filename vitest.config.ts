import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['@switchboard/source', 'module', 'node', 'import', 'default'];
/** Modules keep no state of their own, so files may share them: half the time is loading. */
const shared = { isolate: false };
const patience = { testTimeout: 120_000, hookTimeout: 180_000 };

/** Tests of one package that start whole programs: a browser, mail servers, the CLI, an Agent in a process of its own. */
const live = [
	'servers/browser/test/live/**/*.test.ts',
	'servers/messaging/test/{accounts,mail,sending,trouble}.test.ts',
	'gateway/test/{cli,connect-cli,daemon-lifecycle,host-shim}.test.ts',
	'kit/test/{eras,standalone}.test.ts',
];

export default defineConfig({
	ssr: { resolve: { conditions } },
	resolve: { conditions },
	test: {
		// Most of a test's time is waiting for processes, so more of them share a core.
		maxWorkers: 4,
		testTimeout: 30_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 10_000 } },
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['{kit,gateway,servers/*}/test/**/*.test.ts'],
					exclude: [...configDefaults.exclude, ...live],
					...shared,
				},
			},
			{ extends: true, test: { name: 'contract', include: ['tests/contract/**/*.test.ts'], ...shared } },
			{ extends: true, test: { name: 'live', include: live, ...patience } },
			{
				extends: true,
				test: { name: 'system', include: ['tests/{federation,hosts,packaging}/**/*.test.ts'], ...patience },
			},
		],
	},
});
