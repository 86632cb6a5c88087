import { createLog } from '@switchboard/kit';
import { createSkillSet } from '@switchboard/kit/skill-set';
import { connect } from '@switchboard/kit/testing';
import { expect, it } from 'vitest';
import { fixture } from './support/fixture.ts';

const signal = new AbortController().signal;
const log = createLog('test', 'silent');
const never = () => new Promise<never>(() => {});

it('an Agent whose ports hang can be cancelled', async () => {
	const agent = await connect(fixture, { config: { ledger: '/dev/null', ports: 'hang' } });
	const call = { id: 'a', session: 'test', principal: 'owner' };
	const params = { name: 'fixture_echo', arguments: { text: 'x' }, _meta: { 'switchboard/call': call } };
	await expect(agent.client.callTool(params, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
	await agent.close();
});

it('an Agent whose ports or search for Skills hang still lists what it always has', async () => {
	const stuck = createSkillSet(fixture as never, never, log, 20);
	const searching = createSkillSet({ ...fixture, discover: never } as never, async () => ({}), log, 20);
	for (const skills of [stuck, searching]) {
		expect(await skills.list(signal)).toHaveLength(9);
		await expect(skills.find('script_a', signal)).rejects.toMatchObject({ kind: 'not_found' });
		expect(await skills.find('fixture_echo', signal)).toMatchObject({ name: 'fixture_echo' });
	}
});
