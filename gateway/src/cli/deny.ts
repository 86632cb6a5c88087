import { answer, answerOptions } from './answer.ts';
import { defineCommand } from './command.ts';

export const deny = defineCommand({
	name: 'deny',
	summary: 'Say no to a question; the stored call never runs',
	usage: '<approval>',
	example: 'a_0123456789abcdef0123',
	options: answerOptions,
	run: (context) => answer(context, false),
});
