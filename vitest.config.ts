import { defineConfig } from 'vitest/config';

const conditions = ['@switchboard/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
	ssr: { resolve: { conditions } },
	resolve: { conditions },
	test: {
		projects: [
			{ extends: true, test: { name: 'unit', include: ['{kit,gateway,servers/*}/test/**/*.test.ts'] } },
			{ extends: true, test: { name: 'contract', include: ['tests/contract/**/*.test.ts'] } },
			{
				extends: true,
				test: {
					name: 'system',
					include: ['tests/{federation,hosts,live,packaging}/**/*.test.ts'],
					testTimeout: 120_000,
					hookTimeout: 180_000,
				},
			},
		],
	},
});
