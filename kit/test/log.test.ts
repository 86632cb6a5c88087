import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { nodeArgs } from './support/host.ts';

it('writes lines of JSON to stderr, with known and named secrets out of them', async () => {
	const code = `
		import { createLog } from '@switchboard/kit/log';
		const log = createLog('test', 'info', (line) => line.replaceAll('hunter22', '[secret]'));
		log.debug('silent');
		log.info({ password: 'p1', account: { token: 't1', user: 'ada' }, note: 'it is hunter22' }, 'constant');`;
	const { stdout, stderr } = await promisify(execFile)(
		process.execPath,
		[...nodeArgs, '--input-type=module', '--eval', code],
		{ cwd: import.meta.dirname },
	);
	expect(stdout).toBe('');
	expect(stderr.trim().split('\n')).toHaveLength(1);
	expect(JSON.parse(stderr)).toMatchObject({
		name: 'test',
		msg: 'constant',
		password: '[redacted]',
		account: { token: '[redacted]', user: 'ada' },
		note: 'it is [secret]',
	});
});
