import { answer, answerOptions } from './answer.ts';
import { defineCommand } from './command.ts';

export const approve = defineCommand({
	name: 'approve',
	summary: 'Say yes to a question; the stored call then runs',
	usage: '<approval>',
	example: 'a_0123456789abcdef0123',
	options: answerOptions,
	run: (context) => answer(context, true),
});
