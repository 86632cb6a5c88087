import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { skillsDoc, skillsFile } from '../../scripts/skills-doc.ts';
import { allAgents } from '../support/agents.ts';

it('docs/skills.md says what the Cards say; npm run docs:skills writes it anew', async () => {
	expect(readFileSync(skillsFile, 'utf8')).toBe(skillsDoc(await allAgents()));
});
