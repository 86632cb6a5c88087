import { defineCommand } from './command.ts';
import { answerLines } from './watch.ts';
import { ago, oneLine, plain } from './words.ts';

export const approvals = defineCommand({
	name: 'approvals',
	summary: 'List the questions that wait for an answer',
	usage: '',
	example: '',
	options: {},
	async run({ out, daemon }) {
		const list = await (await daemon()).request('approvals', {});
		out.result(list, () => {
			if (list.length === 0) return 'Nothing waits for an answer.';
			return list
				.map(({ id, skill, agent, reason, text, createdAt }) =>
					[
						`${out.style('bold', id)}  ${skill} (${agent}), asked ${ago(createdAt)} (${oneLine(reason)})`,
						plain(text),
						answerLines(id),
					].join('\n'),
				)
				.join('\n\n');
		});
		return undefined;
	},
});
